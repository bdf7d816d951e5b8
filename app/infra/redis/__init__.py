"""What several processes share through Redis: loaded only where REDIS_URL is set."""
