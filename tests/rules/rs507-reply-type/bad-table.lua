if ARGV[1] == 'a' then
  return {1, nil, 3}
end
return {allowed = 1, left = 2}
