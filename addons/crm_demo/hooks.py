from .department import fill


def post_init_hook(env):
    """Installing the addon is asking for its data."""
    fill(env)
