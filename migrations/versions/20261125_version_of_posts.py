"""The version of a post."""

import sqlalchemy as sa
from alembic import op

revision = "c41a7e90d5b3"
down_revision = "3d1f0a86c2e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("posts") as posts:
        posts.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("posts") as posts:
        posts.drop_column("version")
