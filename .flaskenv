# Lets `flask run`, `flask db upgrade` and the rest do without `--app wsgi`.
FLASK_APP=wsgi
# Where `deploy/up` and `fastapi dev` serve, and where MYAPP_SITE_URL leads; Flask's own default is 5000.
FLASK_RUN_PORT=8000
