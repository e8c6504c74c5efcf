"""What the pages of both sides show."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    """A page's content. The body is text: what looks like markup in it must be shown, not used."""

    slug: str
    title: str
    body: str


POSTS = {
    post.slug: post
    for post in (
        Post("first-steps", "First steps", "An application in five lines."),
        Post("escaping", "Why <b> is not bold", "What templates print is escaped: <script>alert('never')</script>"),
        Post("quotes", 'Quotes & "quotes"', "Attributes are escaped, too."),
    )
}


def search(words: str) -> list[Post]:
    """The posts that have the words in their title or body; all of them for no words."""
    return [post for post in POSTS.values() if words.lower() in f"{post.title} {post.body}".lower()]
