# Lets `flask run`, `flask db upgrade` and the rest do without `--app wsgi`.
FLASK_APP=wsgi
