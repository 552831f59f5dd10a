if ARGV[1] ~= '0' and (ARGV[2] == '1' or call('PTTL', KEYS[1]) < 0) then
  call('PEXPIRE', KEYS[1], ARGV[1])
end
