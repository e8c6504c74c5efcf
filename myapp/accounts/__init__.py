"""Accounts: how one begins, keeps its password, and what of its tokens can be taken back. Framework-free.

Both sides' operations (`myapp/blueprints/security/`) call these functions with a session and the settings; the Celery
tasks in `tasks.py` send the mail. Nothing here answers a request, so nothing here can tell a client who has an account:
whoever asks for a mail gets the same answer before anybody has looked the address up.
"""
