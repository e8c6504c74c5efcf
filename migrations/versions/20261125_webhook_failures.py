"""Failures of webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "5b0d8e2c7f61"
down_revision = "7c2e5b9f14ad"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhook_subscriptions") as subscriptions:
        subscriptions.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("webhook_subscriptions") as subscriptions:
        subscriptions.drop_column("failures")
