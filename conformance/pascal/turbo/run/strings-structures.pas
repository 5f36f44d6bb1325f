program structures;
type
  word_type = string[12];
  link = ^node;
  node = record word: word_type; count: integer; left, right: link end;
var
  words: array [1..8] of word_type;
  tree: link;
  i: integer;
procedure enter(var t: link; w: word_type);
begin
  if t = nil then begin
    new(t);
    with t^ do begin word := w; count := 1; left := nil; right := nil end
  end
  else if w < t^.word then enter(t^.left, w)
  else if w > t^.word then enter(t^.right, w)
  else t^.count := t^.count + 1
end;
procedure show(t: link);
begin
  if t <> nil then begin
    show(t^.left);
    writeln(t^.word:12, t^.count:3);
    show(t^.right)
  end
end;
procedure swap(var a, b: word_type);
var c: word_type;
begin c := a; a := b; b := c end;
begin
  tree := nil;
  words[1] := 'pear'; words[2] := 'apple'; words[3] := 'fig'; words[4] := 'apple';
  words[5] := 'quince'; words[6] := 'fig'; words[7] := 'apple'; words[8] := 'plum';
  for i := 1 to 8 do enter(tree, words[i]);
  show(tree);
  swap(words[1], words[8]);
  writeln(words[1], ' ', words[8], ' ', words[2][1], words[3][3])
end.
