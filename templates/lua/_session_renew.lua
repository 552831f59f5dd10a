local ttl_ms = math.min(tonumber(ARGV[1]), ends_ms - now_ms)
call('PEXPIRE', KEYS[1], ttl_ms)
call('ZADD', KEYS[2], now_ms + ttl_ms, ARGV[2])
{% include "lua/_session_index_ttl.lua" %}
