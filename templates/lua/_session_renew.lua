local ttl_us = math.min(ARGV[1] * 1000, ends_us - now_us)
call('PEXPIRE', KEYS[1], math.ceil(ttl_us / 1000))
call('ZADD', KEYS[2], now_us + ttl_us, ARGV[2])
{% include "lua/_session_index_ttl.lua" %}
