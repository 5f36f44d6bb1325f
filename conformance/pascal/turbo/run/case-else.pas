program cases;
type colour = (red, green, blue, white);
var i: integer; c: char; k: colour;
begin
  for i := 0 to 12 do begin
    case i of
      0: write('zero ');
      1..3: write('low ');
      5, 7..9: write('middle ');
    else
      write('other');
      write(' ')
    end
  end;
  writeln;
  for c := '/' to ';' do
    case c of
      '0'..'9': write(c);
      ':': ;
      else write('.')
    end;
  writeln;
  i := 12;
  for k := red to white do begin
    case k of
      green: write('green ');
      red..red: write('red ')
    end;
    case k of
      blue: case i of 0: write('no ') else write('blue ') end
    end
  end;
  writeln;
  case i of
    1000: writeln('thousand');
    -5: writeln('less');
    else
  end;
  writeln('done')
end.
