program t;
var i: integer; c: char;
begin
  case i of
    1..5: ;
    3..7: ;
    'a'..'b': ;
    0..1000000: ;
    else ;
    9: ;
  end
end.
