{ A compiler for Pascal as ISO 7185 has it at level 1, written in level 0 of it.

  It reads a program from input and writes to output a program of the p-machine, a .pco file (docs/pcode.md). Where the program
  has errors, it writes those instead, in the order of the text, and halts with status 1. It uses and knows one extension: the
  required procedure halt(status).

  Declarations and statements are compiled in one pass, in the order of the text. An expression becomes a tree first, because the
  p-machine wants its stack empty when a routine is called: calls of functions are taken out of a tree and come first.

  The parts of this program, in order:
     text and errors      the source in memory, and what is wrong with it
     tokens               from characters to tokens
     types and names      how values lie in memory, which types fit, what names mean
     code                 instructions, labels, constants, positions
     trees                the expressions
     code of expressions  calls, sets, variables, conditions
     parsing              constants, types, expressions, statements, declarations
     program file         sections and checksum }

program compiler(input, output);

const
  maxText = 2000000;         { characters of a source }
  maxLines = 100000;
  maxNames = 10000;          { different identifiers }
  maxNameChars = 200000;
  hashSize = 1009;
  maxStringChars = 200000;   { characters of string constants }
  maxCode = 130000;          { instructions; a jump reaches 131071 }
  maxLabels = 60000;
  maxPlaces = 130000;        { positions, and checks that can fail }
  maxData = 200000;          { bytes of constants }
  maxConstants = 10000;
  maxRoutines = 5000;
  maxPrivates = 50000;
  maxImage = 3000000;        { bytes of the program file }
  maxNesting = 200;          { statements, expressions and blocks in each other }
  maxTemporaries = 2000;     { temporaries of a routine that are kept apart from memory }

  wordCount = 35;
  textLineEnd = 10;          { what stands for the end of a line }

  { Sizes of values, docs/pcode.md, "Data" }
  frameHeader = 16;
  fileHeader = 8;
  wideSetBytes = 32;
  setElements = 256;
  mostBytes = 536870912;     { of one variable }
  noValue = -1;              { no label, no place }

  leastImmediate = -131072;
  mostImmediate = 131071;
  chunk = 262144;            { 2 to the 18th }

  { Default widths of what is written }
  integerWidth = 11;
  booleanWidth = 5;
  realWidth = 24;

  { The operations of the p-machine, docs/pcode-instructions.md }
  opLdc = 1;      opLdcx = 2;     opDup = 3;      opDrop = 4;
  opSwap = 5;
  opLal = 16;     opLdlw = 17;    opLdlb = 18;    opLdld = 19;
  opLdlwc = 20;   opLdldc = 21;
  opLag = 24;     opLdgw = 25;    opLdgb = 26;    opLdgd = 27;
  opLdgwc = 28;   opLdgdc = 29;
  opStlw = 32;    opStlb = 33;    opStld = 34;
  opStgw = 36;    opStgb = 37;    opStgd = 38;
  opLdw = 40;     opLdb = 41;     opLdd = 42;     opLdwc = 43;    opLddc = 44;
  opStw = 48;     opStb = 49;     opStd = 50;
  opCpyw = 51;    opCpyd = 52;    opLac = 53;
  opStarg = 56;   opStargd = 57;  opUndef = 58;
  opAdd = 64;     opSub = 65;     opMul = 66;     opDiv = 67;     opMod = 68;
  opNeg = 69;     opAbs = 70;     opSqr = 71;     opAddi = 72;    opOdd = 73;
  opAddw = 80;    opSubw = 81;    opMulw = 82;    opAddiw = 84;   opIxa = 85;
  opEq = 96;      opNe = 97;      opLt = 98;      opLe = 99;      opGt = 100;
  opGe = 101;     opNot = 102;
  opFadd = 112;   opFsub = 113;   opFmul = 114;   opFdiv = 115;   opFneg = 116;
  opFabs = 117;   opFsqr = 118;   opFsqrt = 119;  opFloat = 120;  opTrunc = 121;
  opRound = 122;
  opFeq = 128;
  opSgl = 144;    opRng = 145;    opUni = 146;    opInt = 147;    opDif = 148;
  opInn = 149;    opLeq = 150;
  opUnim = 152;   opIntm = 153;   opDifm = 154;   opInnm = 155;   opIncl = 156;
  opChk = 160;    opChkr = 161;   opChkb = 162;   opChkp = 163;   opChkt = 166;
  opTrap = 167;
  opJmp = 176;    opJz = 177;     opJnz = 178;    opJtab = 179;   opStop = 180;
  opCall = 192;   opCalli = 193;  opLdp = 194;    opEnter = 195;  opEnterx = 196;
  opLeave = 197;  opRet = 198;    opSetres = 199; opGetres = 200; opFrame = 201;
  opUp = 202;     opUnwind = 203; opAlloc = 204;  opSvc = 208;

  { Its services }
  svBind = 0;          svOpen = 1;          svClose = 2;         svReset = 3;
  svRewrite = 4;       svGet = 5;           svPut = 6;           svBuffer = 7;
  svEof = 8;           svEoln = 9;          svReadChar = 10;     svReadInteger = 11;
  svReadReal = 12;     svReadLine = 13;     svWriteChar = 14;    svWriteInteger = 15;
  svWriteBoolean = 16; svWriteReal = 17;    svWriteFixed = 18;   svWriteString = 19;
  svWriteLine = 20;    svPage = 21;         svNew = 22;          svDispose = 23;
  svMove = 24;         svFill = 25;         svCompare = 26;      svEqualSets = 27;
  svInclusion = 28;    svIncludeRange = 29; svSin = 30;          svCos = 31;
  svExp = 32;          svLn = 33;           svArctan = 34;       svHalt = 35;
  svPack = 36;         svUnpack = 37;

type
  byte = 0..255;
  alfa = packed array [1..10] of char;
  nameIndex = 0..maxNames;       { 0: no name }
  elementSet = set of 0..255;
  bits = packed array [0..63] of boolean;

  { The words come last, in the order of the alphabet. }
  tokenKind = (endOfFile, identifier, integerNumber, realNumber, stringText,
    plus, minus, times, slash, equal, less, greater, leftBracket, rightBracket,
    point, comma, colon, semicolon, arrow, leftParen, rightParen, unequal,
    atMost, atLeast, becomes, twoPoints, unknownToken,
    andWord, arrayWord, beginWord, caseWord, constWord, divWord, doWord,
    downtoWord, elseWord, endWord, fileWord, forWord, functionWord, gotoWord,
    ifWord, inWord, labelWord, modWord, nilWord, notWord, ofWord, orWord,
    packedWord, procedureWord, programWord, recordWord, repeatWord, setWord,
    thenWord, toWord, typeWord, untilWord, varWord, whileWord, withWord);
  tokenSet = set of tokenKind;

  { What is wrong with a program, in the order of the procedures that explain it. }
  errorKind = (
    missingToken, missingDeclarationEnd, unexpectedToken, wrongAssignSign, commentOpen, stringOpen,
    stringEmpty, doubleQuote, strayBrace, strayCharacter, underscore, letterAfterNumber,
    numberTooLarge, realTooLarge, expressionAlone, notAStatement, afterEnd, emptyParentheses,
    elseAlone,

    notDeclared, declaredTwice, usedBefore, notAType, notAConstant, notAVariable, notARoutine,
    procedureHasNoValue, functionAsStatement, bodyMissing, bodyTwice,
    forwardRepeated, forwardKind, unknownDirective, resultMissing, neverAssigned, partOfItself,
    fieldTwice, noField, parameterTwice, parameterNotDeclared, parameterNotFile, resultOutside,
    controlChanged, forVariable, forNotLocal, forChangedInside, argumentCount, routineNeeded,
    routineDiffers, standardRoutine, variableNeeded, otherArgumentType, doesNotConform,
    oneArgument, noSuchArgument,

    signBeforeConstant, boundsDiffer, subrangeEmpty, notOrdinal, arrayTooLarge, setBounds,
    fileOfFiles, tagNotOrdinal, tagTypeLarge, notATagValue, variantTwice, variantMissing, wrongOrder,
    resultType, fileByValue, typeNotNamed, labelTooLarge, labelTwice, labelNowhere, labelUndeclared,
    labelMarksTwo, gotoInto,

    doesNotFit, outsideRange, operandsDoNotFit, operandDoesNotFit, divisionByZero, modNegative,
    elementType, notBoolean, notArray, notRecord, notPointer, indexDoesNotFit, packedArgument,
    tagArgument, sectionDiffers, widthHere, widthType, widthSmall, digitsNotReal, fileNeeded, textFileNeeded,
    cannotRead, cannotWrite, nothingToRead, nothingToWrite, pointerNeeded, noVariant, packArguments,
    packArrays, packOrder, packElements, packIndex, caseType, caseValue, caseTwice, forType,
    withRecord);

  typeForm = (ordinalForm, realForm, pointerForm, setForm, arrayForm, recordForm, fileForm,
    nilForm, errorForm);
  { How a value is loaded and stored; a block is dealt with by its address. }
  storageKind = (wordStorage, byteStorage, longStorage, blockStorage);

  typePtr = ^typeRec;
  symbolPtr = ^symbolRec;
  nodePtr = ^nodeRec;
  valuePtr = ^valueRec;
  conditionPtr = ^conditionRec;
  variantPtr = ^variantRec;
  withPtr = ^withRec;
  memberPtr = ^memberRec;
  argumentPtr = ^argumentRec;
  errorPtr = ^errorRec;
  labelPtr = ^labelRec;
  jumpPtr = ^jumpRec;
  insidePtr = ^insideRec;
  pendingPtr = ^pendingRec;

  { Types }

  typeRec = record
    isPacked: boolean;
    case form: typeForm of
      ordinalForm: (
        low, high: integer;
        host: typePtr;           { of a subrange; else the type itself }
        typeName: nameIndex;
        firstValue: symbolPtr);  { of an enumeration }
      realForm: ();
      pointerForm: (
        target: typePtr;
        targetName: nameIndex);
      setForm: (
        base: typePtr;           { nil of [] }
        isConstructor: boolean); { packed as it is wanted }
      arrayForm: (
        index, element: typePtr;
        arrayBytes, arrayAlign: integer;
        isConformant: boolean;   { a parameter's, whose bounds come with the argument }
        boundLevel, lowAt, highAt: integer);  { where the frame has them }
      recordForm: (
        fields: symbolPtr;
        recordBytes, recordAlign: integer;
        tagType: typePtr;        { of the variants, if there are any }
        variants: variantPtr);
      fileForm: (
        component: typePtr;
        isText: boolean);
      nilForm: ();
      errorForm: ()              { of what is wrong anyway: fits everywhere }
  end;

  valueRec = record
    value: integer;
    next: valuePtr
  end;

  { What must hold for a field of a variant to exist; tag is nil where nothing can be asked. }
  conditionRec = record
    tag: symbolPtr;
    values: valuePtr;
    outer: conditionPtr
  end;

  { A constant of a variant, and the variants inside it. }
  variantRec = record
    value: integer;
    innerTagType: typePtr;
    inner, next: variantPtr
  end;

  constantRec = record
    typ: typePtr;
    ordinal: integer;
    number: real;
    start, length: integer   { of a string, among stringChars }
  end;

  { Names }

  symbolKind = (constantSymbol, typeSymbol, variableSymbol, boundSymbol, fieldSymbol, routineSymbol,
    standardSymbol);

  standardName = (stAbs, stSqr, stSin, stCos, stExp, stLn, stSqrt, stArctan, stTrunc, stRound, stOrd,
    stChr, stSucc, stPred, stOdd, stEof, stEoln,
    stRewrite, stPut, stReset, stGet, stRead, stReadln, stWrite, stWriteln, stPage, stNew, stDispose,
    stPack, stUnpack, stHalt);

  symbolRec = record
    name: nameIndex;
    at: integer;
    typ: typePtr;
    level: integer;            { of the block that declares it; 0 of the program }
    lastUse: integer;          { by the count of all uses }
    shadowed: symbolPtr;       { what the name means outside }
    inScope: symbolPtr;        { the symbol declared before it in its block }
    next: symbolPtr;           { parameter, field, value of an enumeration after it }
    argumentAt, section: integer;  { of a parameter: where the caller puts it }
    case kind: symbolKind of
      constantSymbol: (constant: constantRec);
      typeSymbol: ();
      variableSymbol: (
        offset: integer;
        isReference: boolean;  { the frame has its address }
        isCopied: boolean;     { of what the routine copies: a conformant array by value }
        isParameter: boolean;
        isShared: boolean;     { reached from other routines, or by its address }
        inFrame: boolean;      { of the program, and in its frame }
        controls: integer;     { for statements that it controls just now }
        changedInside: boolean);  { a routine inside its block may change it }
      boundSymbol: (boundAt: integer);  { of a conformant array }
      fieldSymbol: (
        fieldOffset: integer;
        inPacked, isTag: boolean;
        condition: conditionPtr);
      routineSymbol: (
        isFunction, isFormal, isAssigned: boolean;
        isAwaited: boolean;    { declared forward, and its body is not there yet }
        entry: integer;        { label }
        parameters, bounds: symbolPtr;
        argumentBytes: integer;
        result: symbolPtr;     { the variable that holds it }
        formalAt: integer);    { of a parameter: where entry and frame lie }
      standardSymbol: (standard: standardName)
  end;

  { Expressions }

  nodeKind = (variableNode, elementNode, fieldNode, withFieldNode, targetNode, bufferNode,
    ordinalNode, realNode, stringNode, nilNode, unaryNode, binaryNode, andNode, orNode,
    stringCompareNode, setNode, setOperationNode, setCompareNode, inNode, callNode, serviceNode,
    stepNode, withinNode, fileStatusNode, boundNode, wrongNode);

  failure = (indexFailure, variantFailure, rangeFailure, parameterFailure, setFailure, chrFailure,
    succFailure, predFailure, caseFailure, widthFailure, resultFailure, noResultFailure, forFailure,
    packFailure, conformantFailure);

  nodeRec = record
    typ: typePtr;
    at: integer;
    calls: boolean;            { it calls a function of the program }
    temporary: integer;        { where its value was put beforehand, or noValue }
    left, right: nodePtr;      { operands; array and index; record; pointer; file }
    operation: integer;        { instruction or service }
    partAt: integer;           { of a field its name, of an element its index }
    case kind: nodeKind of
      variableNode, fieldNode, withFieldNode, callNode, boundNode: (
        symbol: symbolPtr;
        withPart: withPtr;
        arguments: argumentPtr);
      ordinalNode, stepNode: (ordinal: integer);
      realNode: (number: real);
      stringNode: (start, length: integer);
      setNode: (members: memberPtr);
      withinNode: (
        low, high: integer;
        means: failure);
      elementNode, targetNode, bufferNode, nilNode, unaryNode, binaryNode, andNode, orNode,
      stringCompareNode, setOperationNode, setCompareNode, inNode, serviceNode, fileStatusNode,
      wrongNode: ()
  end;

  memberRec = record
    first, last: nodePtr;      { last is nil of one element }
    next: memberPtr
  end;

  argumentRec = record
    parameter: symbolPtr;
    value: nodePtr;            { value or variable; nil of a routine }
    routine: symbolPtr;
    next: argumentPtr
  end;

  { The record of a with statement: the frame keeps its address. }
  withRec = record
    typ: typePtr;
    place: integer;
    outer: withPtr
  end;

  placeBase = (inLocals, inGlobals, onStack);
  { Where something lies: at a distance from the frame, from the globals, or from the address on the stack. }
  placeRec = record
    base: placeBase;
    offset: integer
  end;

  { Statements }

  { A structured statement round others, for what a goto may reach. }
  insideRec = record
    outer: insidePtr
  end;

  jumpRec = record
    at, level: integer;
    inside: insidePtr;
    next: jumpPtr
  end;

  labelRec = record
    value, at, level: integer;
    entry: integer;
    isPlaced: boolean;
    inside: insidePtr;
    jumps: jumpPtr;
    next: labelPtr
  end;

  { A pointer type whose target is not known yet. }
  pendingRec = record
    typ: typePtr;
    name: nameIndex;
    at: integer;
    next: pendingPtr
  end;

  errorRec = record
    kind: errorKind;
    at: integer;
    name: nameIndex;
    number, other: integer;
    found, wanted: tokenKind;
    one, two: typePtr;
    next: errorPtr
  end;

  scopeRec = record
    last: symbolPtr;
    began: integer;            { the count of uses when it was opened }
    labels: labelPtr;
    inside: insidePtr;
    routine: symbolPtr         { nil of the program }
  end;

var
  { Text and errors }
  textChars: packed array [0..maxText] of char;
  textLength: integer;
  lineStarts: array [1..maxLines] of integer;
  lineCount: integer;
  errors, lastError: errorPtr;

  { Tokens }
  at: integer;                 { the next character }
  token: tokenKind;
  tokenAt, tokenEnd, previousEnd: integer;
  tokenName: nameIndex;
  tokenValue: integer;
  tokenReal: real;
  stringStart, stringLength: integer;
  digitsFile: text;            { reads reals as input does }
  wordToken: array [1..wordCount] of tokenKind;
  singles: array [char] of tokenKind;
  letters, digits, spaces: set of char;

  { Names }
  names: array [1..maxNames] of record
    start, length: integer;
    chain: nameIndex;
    meaning: symbolPtr
  end;
  nameCount: nameIndex;
  nameChars: packed array [1..maxNameChars] of char;
  nameCharCount: integer;
  hashes: array [0..hashSize] of nameIndex;
  stringChars: packed array [1..maxStringChars] of char;
  stringCharCount: integer;
  inputName, outputName, forwardName: nameIndex;

  { Types }
  integerType, realType, booleanType, charType, textType, nilType, errorType, emptySetType: typePtr;
  pendingPointers: pendingPtr;
  openType: nameIndex;         { being defined }

  { Scopes }
  scopes: array [0..maxNesting] of scopeRec;
  level: integer;
  uses: integer;
  sections: integer;
  frameBytes: integer;         { of the block whose declarations are read }
  withRecords: withPtr;
  inputSymbol, outputSymbol: symbolPtr;
  nesting: integer;

  { Code }
  code: array [0..maxCode] of record
    operation: byte;
    operand: integer
  end;
  codeSize: integer;
  labelPlaces: array [1..maxLabels] of integer;
  labelCount: integer;
  places: array [1..maxPlaces] of record
    instruction, at: integer
  end;
  placeCount: integer;
  lastAt: integer;
  failures: array [1..maxPlaces] of record
    instruction: integer;
    means: failure
  end;
  failureCount: integer;
  data: packed array [0..maxData] of byte;
  dataSize: integer;
  constants: array [1..maxConstants] of record
    start, length: integer
  end;
  constantCount: integer;
  routines: array [1..maxRoutines] of record
    name: nameIndex;
    level, start, finish, argumentBytes, firstPrivate, lastPrivate: integer
  end;
  routineCount: integer;
  privates: array [1..maxPrivates] of integer;
  privateCount: integer;
  programName: nameIndex;
  globalBytes, mainEntry: integer;

  { The frame of the routine whose code is made }
  temporaryBytes, mostBytesUsed, temporaryBase: integer;
  isScalar, isBlock: packed array [0..maxTemporaries] of boolean;

  { The program's files, in the order of its heading }
  files: symbolPtr;

  { The program file }
  image: packed array [0..maxImage] of byte;
  imageSize: integer;

  declarationStart, statementStart, constantStart, typeStart, expressionStart: tokenSet;
  comparisons: tokenSet;

{ ---- Text and errors ---- }

{ Reads all of input. Each line is ended by a character of its own. }
procedure readText;
  var character: char;
begin
  textLength := 0;
  lineCount := 1;
  lineStarts[1] := 0;
  while not eof do begin
    while not eoln do begin
      read(character);
      if textLength < maxText - 2 then begin
        textChars[textLength] := character;
        textLength := textLength + 1
      end
    end;
    readln;
    if textLength < maxText - 1 then begin
      textChars[textLength] := chr(textLineEnd);
      textLength := textLength + 1
    end;
    if lineCount < maxLines then begin
      lineCount := lineCount + 1;
      lineStarts[lineCount] := textLength
    end
  end;
  textChars[textLength] := chr(textLineEnd)
end;

{ The line, from 1, that a place in the text is in. }
function lineOf(place: integer): integer;
  var low, high, middle: integer;
begin
  low := 1;
  high := lineCount;
  while low < high do begin
    middle := (low + high + 1) div 2;
    if lineStarts[middle] <= place then low := middle else high := middle - 1
  end;
  lineOf := low
end;

function columnOf(place: integer): integer;
begin
  columnOf := place - lineStarts[lineOf(place)] + 1
end;

{ Notes an error, in the order of the text; only the first at a place counts. lastError is what its details are put into. }
procedure error(kind: errorKind; place: integer);
  var before, after: errorPtr;
begin
  before := nil;
  after := errors;
  while (after <> nil) and (after^.at <= place) do begin
    before := after;
    after := after^.next
  end;
  new(lastError);
  with lastError^ do begin
    at := place;
    name := 0;
    number := 0;
    other := 0;
    found := unknownToken;
    wanted := unknownToken;
    one := nil;
    two := nil;
    next := after
  end;
  lastError^.kind := kind;
  if before = nil then errors := lastError
  else if before^.at <> place then before^.next := lastError
end;

procedure errorNamed(kind: errorKind; place: integer; name: nameIndex);
begin
  error(kind, place);
  lastError^.name := name
end;

procedure errorOfType(kind: errorKind; place: integer; typ: typePtr);
begin
  error(kind, place);
  lastError^.one := typ
end;

procedure errorOfTypes(kind: errorKind; place: integer; one, two: typePtr);
begin
  error(kind, place);
  lastError^.one := one;
  lastError^.two := two
end;

procedure errorNumbered(kind: errorKind; place, number: integer);
begin
  error(kind, place);
  lastError^.number := number
end;

{ How messages show what they are about }

procedure writeName(name: nameIndex);
  var index: integer;
begin
  write('"');
  with names[name] do
    for index := start to start + length - 1 do write(nameChars[index]);
  write('"')
end;

procedure writeToken(kind: tokenKind);
begin
  case kind of
    endOfFile: write('the end of the file');
    identifier: write('a name');
    integerNumber: write('an integer');
    realNumber: write('a real');
    stringText: write('a string');
    plus: write('"+"');
    minus: write('"-"');
    times: write('"*"');
    slash: write('"/"');
    equal: write('"="');
    less: write('"<"');
    greater: write('">"');
    leftBracket: write('"["');
    rightBracket: write('"]"');
    point: write('"."');
    comma: write('","');
    colon: write('":"');
    semicolon: write('";"');
    arrow: write('"^"');
    leftParen: write('"("');
    rightParen: write('")"');
    unequal: write('"<>"');
    atMost: write('"<="');
    atLeast: write('">="');
    becomes: write('":="');
    twoPoints: write('".."');
    unknownToken: write('this');
    andWord, arrayWord, beginWord, caseWord, constWord, divWord, doWord, downtoWord, elseWord,
    endWord, fileWord, forWord, functionWord, gotoWord, ifWord, inWord, labelWord, modWord, nilWord,
    notWord, ofWord, orWord, packedWord, procedureWord, programWord, recordWord, repeatWord, setWord,
    thenWord, toWord, typeWord, untilWord, varWord, whileWord, withWord:
      writeName(ord(kind) - ord(andWord) + 1)
  end
end;

{ A value of an ordinal type as a program has it. }
procedure writeValue(typ: typePtr; value: integer);
  var symbol: symbolPtr;
begin
  if typ^.host = charType then begin
    if value < 32 then write('chr(', value:1, ')') else write('''', chr(value), '''')
  end else if typ^.host^.firstValue <> nil then begin
    symbol := typ^.host^.firstValue;
    while (symbol^.constant.ordinal <> value) and (symbol^.next <> nil) do symbol := symbol^.next;
    writeName(symbol^.name)
  end else write(value:1)
end;

procedure writeType(typ: typePtr);
begin
  with typ^ do
    case form of
      ordinalForm:
        if host <> typ then begin
          writeValue(typ, low);
          write('..');
          writeValue(typ, high)
        end else if typeName <> 0 then writeName(typeName)
        else begin
          write('(');
          writeValue(typ, low);
          write(', ..)')
        end;
      realForm: write('real');
      pointerForm: begin
        write('pointer to ');
        if targetName = 0 then write('unknown') else writeName(targetName)
      end;
      setForm:
        if base = nil then write('the empty set')
        else begin
          write('set of ');
          writeType(base)
        end;
      arrayForm:
        if isConformant then begin
          write('array [..] of ');
          writeType(element)
        end else if isPacked and (element = charType) and (index^.host = integerType) and (index^.low = 1) then
          write('string of ', index^.high:1, ' characters')
        else begin
          if isPacked then write('packed ');
          write('array [');
          writeType(index);
          write('] of ');
          writeType(element)
        end;
      recordForm: write('record');
      fileForm:
        if isText then write('text')
        else begin
          write('file of ');
          writeType(component)
        end;
      nilForm: write('nil');
      errorForm: write('unknown')
    end
end;

procedure writeOf(typ: typePtr);
begin
  write(' of type ');
  writeType(typ)
end;

procedure explainTokens(error: errorPtr);
begin
  with error^ do
    case kind of
      missingToken, missingDeclarationEnd: begin
        writeToken(wanted);
        if kind = missingDeclarationEnd then write(' is missing after this declaration, before ')
        else write(' is missing before ');
        writeToken(found)
      end;
      unexpectedToken: begin
        writeToken(found);
        write(' is not expected here: ');
        writeToken(wanted);
        write(' would be')
      end;
      wrongAssignSign: write('":=" is needed to assign, not "="');
      commentOpen: write('this comment has no end');
      stringOpen: write('this string has no closing quote on its line');
      stringEmpty: write('a string must have at least one character');
      doubleQuote: write('strings are written between '' and '', not between " and "');
      strayBrace: write('a } without a {');
      strayCharacter: write('the character "', chr(number), '" has no meaning here');
      underscore: write('standard Pascal has no "_" in identifiers');
      letterAfterNumber: write('a letter directly after a number: there must be something between them');
      numberTooLarge: write('this integer is more than maxint');
      realTooLarge: write('this real is too large');
      expressionAlone: write('this is no statement: a variable is assigned to, or a procedure is called');
      notAStatement: begin
        write('a statement cannot begin with ');
        writeToken(found)
      end;
      afterEnd: write('there is something after the end of the program');
      emptyParentheses: write('parentheses without arguments: a routine without parameters has none');
      elseAlone: write('this else belongs to no if: perhaps there is a ";" before it')
    end
end;

procedure explainNames(error: errorPtr);
begin
  with error^ do
    case kind of
      notDeclared: begin
        writeName(name);
        write(' is not declared')
      end;
      declaredTwice: begin
        writeName(name);
        write(' is declared twice in this block')
      end;
      usedBefore: begin
        writeName(name);
        write(' was used above with its meaning outside this block: it cannot be declared now')
      end;
      notAType: begin
        writeName(name);
        write(' is not a type')
      end;
      notAConstant: begin
        if name = 0 then writeToken(found) else writeName(name);
        write(' is not a constant')
      end;
      notAVariable: begin
        if name = 0 then write('this') else writeName(name);
        write(' is not a variable')
      end;
      notARoutine: begin
        writeName(name);
        write(' is neither procedure nor function: it cannot be called')
      end;
      procedureHasNoValue: begin
        writeName(name);
        write(' is a procedure: it has no value')
      end;
      functionAsStatement: begin
        writeName(name);
        write(' is a function: its value must be used')
      end;
      bodyMissing: begin
        writeName(name);
        write(' is declared forward, and its body is nowhere')
      end;
      bodyTwice: begin
        writeName(name);
        write(' has two bodies')
      end;
      forwardRepeated: begin
        writeName(name);
        write(' was declared forward: its parameters and result are not repeated')
      end;
      forwardKind: begin
        writeName(name);
        write(' was declared forward, and not as this')
      end;
      unknownDirective: begin
        write('the directive ');
        writeName(name);
        write(' is unknown: there is only forward')
      end;
      resultMissing: begin
        write('the function ');
        writeName(name);
        write(' needs a type for its result')
      end;
      neverAssigned: begin
        write('the function ');
        writeName(name);
        write(' never gets a result: an assignment to its name is missing')
      end;
      partOfItself: begin
        write('the type ');
        writeName(name);
        write(' cannot be a part of itself: only a pointer to it can')
      end;
      fieldTwice: begin
        writeName(name);
        write(' is the name of two fields of this record')
      end;
      noField: begin
        write('this record has no field ');
        writeName(name)
      end;
      parameterTwice: begin
        writeName(name);
        write(' is in this list twice')
      end;
      parameterNotDeclared: begin
        write('the program parameter ');
        writeName(name);
        write(' is not declared as a variable of the program')
      end;
      parameterNotFile: begin
        write('a program parameter must be a file here, and ');
        writeName(name);
        write(' is none')
      end;
      resultOutside: begin
        writeName(name);
        write(' can only be given a result inside itself')
      end;
      controlChanged: begin
        writeName(name);
        write(' controls a for statement: it cannot be changed inside it')
      end;
      forVariable: begin
        writeName(name);
        write(' cannot control a for: that must be a variable of this block')
      end;
      forNotLocal: begin
        writeName(name);
        write(' cannot control a for here: it is not declared in this very block')
      end;
      forChangedInside: begin
        writeName(name);
        write(' cannot control a for: a routine of this block may change it')
      end;
      argumentCount: begin
        writeName(name);
        write(' has ', number:1, ' parameters, and ', other:1, ' arguments are given')
      end;
      routineNeeded: begin
        write('the parameter ');
        writeName(name);
        write(' needs the name of a procedure or function of its kind')
      end;
      routineDiffers: begin
        write('this routine does not have the parameters or the result that ');
        writeName(name);
        write(' needs')
      end;
      standardRoutine: begin
        writeName(name);
        write(' is a standard routine: it cannot be passed')
      end;
      variableNeeded: begin
        write('the variable parameter ');
        writeName(name);
        write(' needs a variable')
      end;
      otherArgumentType: begin
        write('the variable parameter ');
        writeName(name);
        write(' needs a variable of the very type ');
        writeType(two);
        write(', and this is');
        writeOf(one)
      end;
      doesNotConform: begin
        write('this does not conform to the parameter ');
        writeName(name);
        write(', an ');
        writeType(two);
        write(': it is');
        writeOf(one)
      end;
      oneArgument: begin
        writeName(name);
        write(' needs one argument')
      end;
      noSuchArgument: begin
        writeName(name);
        write(' has no value for an argument');
        writeOf(one)
      end
    end
end;

procedure explainTypes(error: errorPtr);
begin
  with error^ do
    case kind of
      signBeforeConstant: write('a sign can only stand before a number');
      boundsDiffer: write('the bounds of a subrange must be of one type');
      subrangeEmpty: write('this subrange is empty: its first value is more than its last');
      notOrdinal: begin
        write('this must be of an ordinal type, and is');
        writeOf(one)
      end;
      arrayTooLarge: write('this array is too large');
      setBounds: write('the elements of a set must lie between 0 and 255');
      fileOfFiles: write('a file cannot hold files');
      tagNotOrdinal: write('a tag must be of an ordinal type');
      tagTypeLarge: write('each value of the tag''s type must have a variant, and this type has too many');
      notATagValue: begin
        write('this is no value of the tag''s type ');
        writeType(one)
      end;
      variantTwice: begin
        writeValue(one, number);
        write(' already has a variant')
      end;
      variantMissing: begin
        write('the value ');
        writeValue(one, number);
        write(' of the tag has no variant')
      end;
      wrongOrder: begin
        writeToken(found);
        write(' is in the wrong order: labels, constants, types, variables, then procedures and functions')
      end;
      resultType: begin
        write('a function''s result must be of an ordinal type, real or a pointer, and this is');
        writeOf(one)
      end;
      fileByValue: write('a file can only be a variable parameter');
      typeNotNamed: write('a parameter''s type must have a name');
      labelTooLarge: write('a label must be from 0 to 9999');
      labelTwice: write('the label ', number:1, ' is declared twice');
      labelNowhere: write('the label ', number:1, ' marks no statement');
      labelUndeclared: write('the label ', number:1, ' is not declared here');
      labelMarksTwo: write('the label ', number:1, ' marks two statements');
      gotoInto: write('this goto leads into a statement: the label ', number:1, ' cannot be reached from here')
    end
end;

procedure explainOperands(error: errorPtr);
begin
  with error^ do
    case kind of
      doesNotFit: begin
        write('a value');
        writeOf(one);
        write(' does not fit here, where the type is ');
        writeType(two);
        if (one^.form = realForm) and (two^.form = ordinalForm) then
          write('; trunc or round makes an integer of a real')
      end;
      outsideRange: begin
        write('this value is outside the range ');
        writeType(one)
      end;
      operandsDoNotFit: begin
        writeToken(found);
        write(' does not fit its operands, which are of types ');
        writeType(one);
        write(' and ');
        writeType(two)
      end;
      operandDoesNotFit: begin
        writeToken(found);
        write(' does not fit its operand, which is');
        writeOf(one)
      end;
      divisionByZero: write('division by zero');
      modNegative: write('mod by a negative number');
      elementType: begin
        write('an element of this set cannot be');
        writeOf(one)
      end;
      notBoolean: begin
        write('a condition must be Boolean, and this is');
        writeOf(one)
      end;
      notArray: begin
        write('only an array has an index, and this is');
        writeOf(one)
      end;
      notRecord: begin
        write('only a record has fields, and this is');
        writeOf(one)
      end;
      notPointer: begin
        write('"^" needs a pointer or a file, and this is');
        writeOf(one)
      end;
      indexDoesNotFit: begin
        write('this index is');
        writeOf(one);
        write(', and the array''s index type is ');
        writeType(two)
      end;
      packedArgument: write('a component of something packed cannot be a variable parameter');
      sectionDiffers: write('arguments for parameters that are declared together must be of one type');
      tagArgument: write('the tag of a variant cannot be a variable parameter');
      widthHere: write('only write and writeln have field widths, and only for text files');
      widthType: begin
        write('a field width must be an integer, and this is');
        writeOf(one)
      end;
      widthSmall: write('a field width must be at least 1');
      digitsNotReal: write('only a real is written with a number of digits after the point');
      fileNeeded: begin
        write('a file is needed here, and this is');
        writeOf(one)
      end;
      textFileNeeded: write('this is for text files');
      cannotRead: begin
        write('only integers, reals and characters can be read from a text file, not ');
        writeType(one)
      end;
      cannotWrite: begin
        write('a value');
        writeOf(one);
        write(' cannot be written to a text file')
      end;
      nothingToRead: write('read needs a variable to read into');
      nothingToWrite: write('write needs something to write');
      pointerNeeded: begin
        write('a pointer is needed here, and this is');
        writeOf(one)
      end;
      noVariant: write('there is no variant for this constant');
      packArguments: write('pack and unpack need three arguments');
      packArrays: write('pack and unpack need arrays');
      packOrder: write('one array must be packed, and the other not: their order is a, i, z for pack, z, a, i for unpack');
      packElements: write('both arrays must have elements of one type');
      packIndex: begin
        write('the index does not fit the array''s index type ');
        writeType(one)
      end;
      caseType: begin
        write('the selector of a case must be of an ordinal type, and this is');
        writeOf(one)
      end;
      caseValue: begin
        write('this constant does not fit the selector, which is');
        writeOf(one)
      end;
      caseTwice: write('this constant is here twice');
      forType: begin
        write('the variable of a for must be of an ordinal type, and this is');
        writeOf(one)
      end;
      withRecord: begin
        write('with needs a record, and this is');
        writeOf(one)
      end
    end
end;

procedure explain(error: errorPtr);
begin
  if error^.kind <= elseAlone then explainTokens(error)
  else if error^.kind <= noSuchArgument then explainNames(error)
  else if error^.kind <= gotoInto then explainTypes(error)
  else explainOperands(error)
end;

{ Shows all errors: place, message, line, and where in it. }
procedure showErrors;
  var error: errorPtr;
      line, column, index: integer;
begin
  error := errors;
  while error <> nil do begin
    line := lineOf(error^.at);
    column := columnOf(error^.at);
    write(line:1, ':', column:1, ': ');
    explain(error);
    writeln;
    write('  ');
    index := lineStarts[line];
    while textChars[index] <> chr(textLineEnd) do begin
      write(textChars[index]);
      index := index + 1
    end;
    writeln;
    write('  ');
    for index := lineStarts[line] to error^.at - 1 do
      if textChars[index] = chr(9) then write(chr(9)) else write(' ');
    writeln('^');
    error := error^.next
  end
end;

{ Gives up: a table of this compiler is full. }
procedure giveUp(what: alfa);
begin
  if errors <> nil then showErrors
  else writeln('the program is too large: this compiler has no room for more ', what);
  halt(1)
end;

{ ---- Tokens: section 6.1 ---- }

function lowerCase(character: char): char;
begin
  if character in ['A'..'Z'] then lowerCase := chr(ord(character) + 32)
  else lowerCase := character
end;

{ The number of the name that lies from a place in the text on. }
function nameAt(start, length: integer): nameIndex;
  var index, hash: integer;
      found: nameIndex;
      searching: boolean;

  function isThis(name: nameIndex): boolean;
    var same: integer;
  begin
    isThis := false;
    if names[name].length = length then begin
      same := 0;
      while (same < length) and
        (nameChars[names[name].start + same] = lowerCase(textChars[start + same])) do same := same + 1;
      isThis := same = length
    end
  end;

begin
  hash := length;
  for index := start to start + length - 1 do
    hash := (hash * 31 + ord(lowerCase(textChars[index]))) mod hashSize;
  found := hashes[hash];
  searching := true;
  while searching do
    if found = 0 then searching := false
    else if isThis(found) then searching := false
    else found := names[found].chain;
  if found = 0 then begin
    if (nameCount = maxNames) or (nameCharCount + length > maxNameChars) then giveUp('names     ');
    nameCount := nameCount + 1;
    found := nameCount;
    names[found].start := nameCharCount + 1;
    names[found].length := length;
    names[found].chain := hashes[hash];
    names[found].meaning := nil;
    hashes[hash] := found;
    for index := start to start + length - 1 do begin
      nameCharCount := nameCharCount + 1;
      nameChars[nameCharCount] := lowerCase(textChars[index])
    end
  end;
  nameAt := found
end;

{ The number of a name that this compiler knows by itself; before the text is read. }
function knownName(word: alfa): nameIndex;
  var length: integer;
begin
  length := 0;
  while (length < 10) and (word[length + 1] <> ' ') do begin
    textChars[length] := word[length + 1];
    length := length + 1;
    if length = 10 then textChars[length] := ' '
  end;
  knownName := nameAt(0, length)
end;

procedure skipComment(opening: integer);
  var isOpen: boolean;
      start: integer;
begin
  start := at;
  at := at + opening;
  isOpen := true;
  while isOpen do
    if at >= textLength then begin
      error(commentOpen, start);
      isOpen := false
    end else if textChars[at] = '}' then begin
      at := at + 1;
      isOpen := false
    end else if (textChars[at] = '*') and (textChars[at + 1] = ')') then begin
      at := at + 2;
      isOpen := false
    end else at := at + 1
end;

procedure skipSpaces;
  var skipping: boolean;
begin
  skipping := true;
  while skipping do begin
    while (at < textLength) and (textChars[at] in spaces) do at := at + 1;
    if at >= textLength then skipping := false
    else if textChars[at] = '{' then skipComment(1)
    else if (textChars[at] = '(') and (textChars[at + 1] = '*') then skipComment(2)
    else skipping := false
  end
end;

procedure scanWord;
  var start: integer;
      hasUnderscore: boolean;
begin
  start := at;
  hasUnderscore := false;
  while textChars[at] in letters + digits + ['_'] do begin
    if textChars[at] = '_' then hasUnderscore := true;
    at := at + 1
  end;
  tokenName := nameAt(start, at - start);
  if tokenName <= wordCount then token := wordToken[tokenName] else token := identifier;
  if hasUnderscore then error(underscore, start)
end;

{ The value of a real: its digits are read from a file, as a program's input is. }
procedure realValue(start: integer);
  const
    greatest = 308;            { power of ten in a real }
    most = 1.7976931348623157; { with which there can be so much of it }
  var index, exponent, magnitude, digitsEnd: integer;
      isSignificant, isPast, isNegative: boolean;

  function valueWith(exponent: integer): real;
    var index: integer;
        value: real;
  begin
    rewrite(digitsFile);
    for index := start to digitsEnd - 1 do write(digitsFile, textChars[index]);
    writeln(digitsFile, 'e', exponent: 1);
    reset(digitsFile);
    read(digitsFile, value);
    valueWith := value
  end;

begin
  { The power of ten of the first digit that counts. }
  magnitude := -1;
  isSignificant := false;
  isPast := false;
  index := start;
  while textChars[index] in digits + ['.'] do begin
    if textChars[index] = '.' then isPast := true
    else begin
      if textChars[index] <> '0' then isSignificant := true;
      if isSignificant and not isPast then magnitude := magnitude + 1
      else if isPast and not isSignificant then magnitude := magnitude - 1
    end;
    index := index + 1
  end;
  digitsEnd := index;
  exponent := 0;
  if index < at then begin
    index := index + 1;
    isNegative := textChars[index] = '-';
    if textChars[index] in ['+', '-'] then index := index + 1;
    while index < at do begin
      if exponent < 100000 then exponent := 10 * exponent + ord(textChars[index]) - ord('0');
      index := index + 1
    end;
    if isNegative then exponent := -exponent
  end;
  tokenReal := 0.0;
  if isSignificant then
    if magnitude + exponent > greatest then error(realTooLarge, start)
    else if (magnitude + exponent = greatest) and (valueWith(-magnitude) > most) then error(realTooLarge, start)
    else tokenReal := valueWith(exponent)
end;

procedure scanNumber;
  var start, digit: integer;
      isTooLarge: boolean;
begin
  start := at;
  token := integerNumber;
  tokenValue := 0;
  isTooLarge := false;
  while textChars[at] in digits do begin
    digit := ord(textChars[at]) - ord('0');
    if tokenValue <= (maxint - digit) div 10 then tokenValue := 10 * tokenValue + digit
    else isTooLarge := true;
    at := at + 1
  end;
  if (textChars[at] = '.') and (textChars[at + 1] in digits) then begin
    token := realNumber;
    at := at + 1;
    while textChars[at] in digits do at := at + 1
  end;
  if textChars[at] in ['e', 'E'] then
    if (textChars[at + 1] in digits) or
      ((textChars[at + 1] in ['+', '-']) and (textChars[at + 2] in digits)) then begin
      token := realNumber;
      at := at + 2;
      while textChars[at] in digits do at := at + 1
    end;
  if token = realNumber then realValue(start)
  else if isTooLarge then error(numberTooLarge, start);
  if textChars[at] in letters then error(letterAfterNumber, at)
end;

{ Section 6.1.7; a quote in a string is written twice. }
procedure scanString;
  var start: integer;
      isOpen: boolean;

  procedure add(character: char);
  begin
    if stringCharCount = maxStringChars then giveUp('strings   ');
    stringCharCount := stringCharCount + 1;
    stringChars[stringCharCount] := character;
    stringLength := stringLength + 1
  end;

begin
  start := at;
  token := stringText;
  stringStart := stringCharCount + 1;
  stringLength := 0;
  at := at + 1;
  isOpen := true;
  while isOpen do
    if textChars[at] = chr(textLineEnd) then begin
      error(stringOpen, start);
      isOpen := false
    end else if textChars[at] <> '''' then begin
      add(textChars[at]);
      at := at + 1
    end else if textChars[at + 1] = '''' then begin
      add('''');
      at := at + 2
    end else begin
      at := at + 1;
      isOpen := false;
      if stringLength = 0 then error(stringEmpty, start)
    end;
  if stringLength = 0 then add(' ')
end;

procedure scanSymbol;
  var first, second: char;

  procedure take(kind: tokenKind; characters: integer);
  begin
    token := kind;
    at := at + characters
  end;

begin
  first := textChars[at];
  second := textChars[at + 1];
  if singles[first] <> unknownToken then take(singles[first], 1)
  else if (first = ':') and (second = '=') then take(becomes, 2)
  else if (first = '<') and (second = '=') then take(atMost, 2)
  else if (first = '>') and (second = '=') then take(atLeast, 2)
  else if (first = '<') and (second = '>') then take(unequal, 2)
  else if (first = '.') and (second = '.') then take(twoPoints, 2)
  else if (first = '.') and (second = ')') then take(rightBracket, 2)
  else if (first = '(') and (second = '.') then take(leftBracket, 2)
  else if first = '<' then take(less, 1)
  else if first = '>' then take(greater, 1)
  else if first = ':' then take(colon, 1)
  else if first = '(' then take(leftParen, 1)
  else if first = '.' then take(point, 1)
  else begin
    if first = '"' then error(doubleQuote, at)
    else if first = '}' then error(strayBrace, at)
    else errorNumbered(strayCharacter, at, ord(first));
    take(unknownToken, 1)
  end
end;

procedure nextToken;
begin
  previousEnd := tokenEnd;
  repeat
    skipSpaces;
    tokenAt := at;
    if at >= textLength then token := endOfFile
    else if textChars[at] in letters then scanWord
    else if textChars[at] in digits then scanNumber
    else if textChars[at] = '''' then scanString
    else scanSymbol
  until token <> unknownToken;
  tokenEnd := at
end;

{ What is expected, and what to do where it is not there }

procedure missing(wanted: tokenKind);
begin
  error(missingToken, previousEnd);
  lastError^.wanted := wanted;
  lastError^.found := token
end;

procedure expect(wanted: tokenKind);
begin
  if token = wanted then nextToken
  else missing(wanted)
end;

{ Passes what can neither go on here nor follow. Says so, unless there is an error here already. }
procedure skipTo(wanted: tokenSet; sample: tokenKind);
begin
  if not (token in wanted) then begin
    error(unexpectedToken, tokenAt);
    lastError^.found := token;
    lastError^.wanted := sample;
    while not (token in wanted + [endOfFile]) do nextToken
  end
end;

{ ---- Types: section 6.4 ---- }

function alignUp(value, alignment: integer): integer;
begin
  alignUp := (value + alignment - 1) div alignment * alignment
end;

{ Sets of more than 64 possible elements lie in memory, also while they are computed. }
function isWideSet(typ: typePtr): boolean;
begin
  isWideSet := false;
  if typ^.base <> nil then isWideSet := typ^.base^.host^.high > 63
end;

function storageOf(typ: typePtr; inPacked: boolean): storageKind;
begin
  storageOf := wordStorage;
  case typ^.form of
    ordinalForm: if inPacked and (typ^.low >= 0) and (typ^.high <= 255) then storageOf := byteStorage;
    realForm: storageOf := longStorage;
    setForm: if isWideSet(typ) then storageOf := blockStorage else storageOf := longStorage;
    arrayForm, recordForm, fileForm: storageOf := blockStorage;
    pointerForm, nilForm, errorForm:
  end
end;

{ Bytes that a value takes. }
function sizeOf(typ: typePtr; inPacked: boolean): integer;
begin
  case storageOf(typ, inPacked) of
    byteStorage: sizeOf := 1;
    wordStorage: sizeOf := 4;
    longStorage: sizeOf := 8;
    blockStorage:
      with typ^ do
        if form = arrayForm then sizeOf := arrayBytes
        else if form = recordForm then sizeOf := recordBytes
        else if form = fileForm then sizeOf := alignUp(fileHeader + sizeOf(component, false), 8)
        else sizeOf := wideSetBytes
  end
end;

{ What the address of a value is a multiple of. }
function alignmentOf(typ: typePtr; inPacked: boolean): integer;
begin
  case storageOf(typ, inPacked) of
    byteStorage: alignmentOf := 1;
    wordStorage: alignmentOf := 4;
    longStorage: alignmentOf := 8;
    blockStorage:
      if typ^.form = arrayForm then alignmentOf := typ^.arrayAlign
      else if typ^.form = recordForm then alignmentOf := typ^.recordAlign
      else alignmentOf := 8
  end
end;

{ Bytes from one element of an array to the next. }
function strideOf(typ: typePtr): integer;
begin
  strideOf := sizeOf(typ^.element, typ^.isPacked)
end;

function isInteger(typ: typePtr): boolean;
begin
  isInteger := false;
  if typ^.form = ordinalForm then isInteger := typ^.host = integerType
end;

function isBoolean(typ: typePtr): boolean;
begin
  isBoolean := false;
  if typ^.form = ordinalForm then isBoolean := typ^.host = booleanType
end;

function isChar(typ: typePtr): boolean;
begin
  isChar := false;
  if typ^.form = ordinalForm then isChar := typ^.host = charType
end;

function isNumber(typ: typePtr): boolean;
begin
  isNumber := (typ^.form = realForm) or isInteger(typ)
end;

function isConformant(typ: typePtr): boolean;
begin
  isConformant := false;
  if typ^.form = arrayForm then isConformant := typ^.isConformant
end;

{ The length of a string type, section 6.4.3.2; 0 of all others. }
function stringLengthOf(typ: typePtr): integer;
begin
  stringLengthOf := 0;
  if typ^.form = arrayForm then
    if typ^.isPacked and isChar(typ^.element) and not typ^.isConformant then
      if (typ^.index^.host = integerType) and (typ^.index^.low = 1) and (typ^.index^.high > 1) then
        stringLengthOf := typ^.index^.high
end;

{ Whether values of a type hold a file: such cannot be assigned. }
function holdsFile(typ: typePtr): boolean;
  var field: symbolPtr;
begin
  holdsFile := false;
  case typ^.form of
    fileForm: holdsFile := true;
    arrayForm: holdsFile := holdsFile(typ^.element);
    recordForm: begin
      field := typ^.fields;
      while field <> nil do begin
        if holdsFile(field^.typ) then holdsFile := true;
        field := field^.next
      end
    end;
    ordinalForm, realForm, pointerForm, setForm, nilForm, errorForm:
  end
end;

{ Section 6.4.5. }
function areCompatible(one, other: typePtr): boolean;
begin
  areCompatible := false;
  if (one = other) or (one^.form = errorForm) or (other^.form = errorForm) then areCompatible := true
  else if (one^.form = ordinalForm) and (other^.form = ordinalForm) then
    areCompatible := one^.host = other^.host
  else if (one^.form = setForm) and (other^.form = setForm) then begin
    if (one^.base = nil) or (other^.base = nil) then areCompatible := true
    else if (one^.isPacked <> other^.isPacked) and not one^.isConstructor and not other^.isConstructor then
      areCompatible := false
    else areCompatible := one^.base^.host = other^.base^.host
  end else if one^.form = nilForm then areCompatible := other^.form in [pointerForm, nilForm]
  else if other^.form = nilForm then areCompatible := one^.form = pointerForm
  else if stringLengthOf(one) > 0 then areCompatible := stringLengthOf(one) = stringLengthOf(other)
end;

{ Section 6.4.6, as far as types say. }
function isAssignable(target, source: typePtr): boolean;
begin
  if (target^.form = errorForm) or (source^.form = errorForm) then isAssignable := true
  else if holdsFile(target) or holdsFile(source) then isAssignable := false
  else if isConformant(target) or isConformant(source) then isAssignable := false
  else if target = source then isAssignable := true
  else if target^.form = realForm then isAssignable := isInteger(source)
  else isAssignable := areCompatible(target, source)
end;

{ New types }

function newOrdinal(low, high: integer): typePtr;
  var made: typePtr;
begin
  new(made);
  with made^ do begin
    isPacked := false;
    form := ordinalForm;
    typeName := 0;
    firstValue := nil
  end;
  made^.low := low;
  made^.high := high;
  made^.host := made;
  newOrdinal := made
end;

function newSubrange(host: typePtr; low, high: integer): typePtr;
  var made: typePtr;
begin
  made := newOrdinal(low, high);
  made^.host := host;
  newSubrange := made
end;

function newSimple(form: typeForm): typePtr;
  var made: typePtr;
begin
  new(made);
  made^.isPacked := false;
  made^.form := form;
  newSimple := made
end;

function newSet(base: typePtr; isPacked, isConstructor: boolean): typePtr;
  var made: typePtr;
begin
  made := newSimple(setForm);
  made^.isPacked := isPacked;
  made^.base := base;
  made^.isConstructor := isConstructor;
  newSet := made
end;

{ An array; errorType where it would be too large. }
function newArray(index, element: typePtr; isPacked: boolean; place: integer): typePtr;
  var made: typePtr;
      stride: integer;
begin
  stride := sizeOf(element, isPacked);
  if stride = 0 then stride := 1;
  if index^.high div 2 - index^.low div 2 > mostBytes div 2 div stride then begin
    error(arrayTooLarge, place);
    newArray := errorType
  end else begin
    made := newSimple(arrayForm);
    made^.isPacked := isPacked;
    made^.index := index;
    made^.element := element;
    made^.isConformant := false;
    made^.arrayBytes := alignUp((index^.high - index^.low + 1) * stride, 4);
    made^.arrayAlign := alignmentOf(element, isPacked);
    if made^.arrayAlign < 4 then made^.arrayAlign := 4;
    newArray := made
  end
end;

{ The type of a string constant. Section 6.1.7. }
function newString(length: integer): typePtr;
begin
  newString := newArray(newSubrange(integerType, 1, length), charType, true, 0)
end;

{ ---- Names: section 6.2 ---- }

function newSymbol(kind: symbolKind; name: nameIndex; at: integer; typ: typePtr): symbolPtr;
  var made: symbolPtr;
begin
  new(made);
  made^.name := name;
  made^.at := at;
  made^.typ := typ;
  made^.kind := kind;
  with made^ do begin
    lastUse := 0;
    shadowed := nil;
    inScope := nil;
    next := nil;
    argumentAt := 0;
    section := 0
  end;
  made^.level := level;
  if kind = variableSymbol then
    with made^ do begin
      offset := 0;
      isReference := false;
      isCopied := false;
      isParameter := false;
      isShared := false;
      inFrame := false;
      controls := 0;
      changedInside := false
    end;
  newSymbol := made
end;

{ Gives a name its meaning in the present block; of two declarations the first one counts. }
procedure declare(symbol: symbolPtr);
  var known: symbolPtr;
      isNew: boolean;
begin
  isNew := symbol^.name <> 0;
  if isNew then begin
    known := names[symbol^.name].meaning;
    if known <> nil then
      if known^.level = level then begin
        errorNamed(declaredTwice, symbol^.at, symbol^.name);
        isNew := false
      end else if known^.lastUse > scopes[level].began then errorNamed(usedBefore, symbol^.at, symbol^.name)
  end;
  if isNew then begin
    symbol^.shadowed := known;
    names[symbol^.name].meaning := symbol;
    symbol^.inScope := scopes[level].last;
    scopes[level].last := symbol
  end
end;

procedure openScope(routine: symbolPtr);
begin
  if level = maxNesting then giveUp('blocks    ');
  level := level + 1;
  uses := uses + 1;
  with scopes[level] do begin
    last := nil;
    began := uses;
    labels := nil;
    inside := nil
  end;
  scopes[level].routine := routine
end;

procedure closeScope;
  var symbol: symbolPtr;
begin
  symbol := scopes[level].last;
  while symbol <> nil do begin
    names[symbol^.name].meaning := symbol^.shadowed;
    symbol := symbol^.inScope
  end;
  level := level - 1
end;

{ What a name means here; nil, and an error, where it means nothing. }
function meaningOf(name: nameIndex; place: integer): symbolPtr;
  var found: symbolPtr;
begin
  found := nil;
  if name <> 0 then begin
    found := names[name].meaning;
    if found = nil then errorNamed(notDeclared, place, name)
    else begin
      uses := uses + 1;
      found^.lastUse := uses
    end
  end;
  meaningOf := found
end;

{ A field of a record by its name; nil where there is none. }
function fieldOf(typ: typePtr; name: nameIndex): symbolPtr;
  var field: symbolPtr;
      searching: boolean;
begin
  field := typ^.fields;
  searching := field <> nil;
  while searching do
    if field^.name = name then searching := false
    else begin
      field := field^.next;
      searching := field <> nil
    end;
  fieldOf := field
end;

{ Gives a variable its place in the present block. }
function allocate(bytes, alignment, place: integer): integer;
begin
  frameBytes := alignUp(frameBytes, alignment);
  allocate := frameBytes;
  if bytes > mostBytes - frameBytes then error(arrayTooLarge, place)
  else frameBytes := frameBytes + bytes
end;

{ ---- Code: docs/pcode.md ---- }

procedure emit(operation: byte; operand: integer);
begin
  if codeSize = maxCode then giveUp('code      ');
  code[codeSize].operation := operation;
  code[codeSize].operand := operand;
  codeSize := codeSize + 1
end;

procedure emitService(number: integer);
begin
  emit(opSvc, number)
end;

function newLabel: integer;
begin
  if labelCount = maxLabels then giveUp('labels    ');
  labelCount := labelCount + 1;
  labelPlaces[labelCount] := noValue;
  newLabel := labelCount
end;

procedure placeLabel(entry: integer);
begin
  labelPlaces[entry] := codeSize
end;

{ What follows comes from this place in the text. }
procedure mark(place: integer);
begin
  if place <> lastAt then begin
    lastAt := place;
    if placeCount > 0 then
      if places[placeCount].instruction = codeSize then placeCount := placeCount - 1;
    if placeCount = maxPlaces then giveUp('places    ');
    placeCount := placeCount + 1;
    places[placeCount].instruction := codeSize;
    places[placeCount].at := place
  end
end;

{ Says what it means where the next instruction fails. }
procedure failing(means: failure);
begin
  if failureCount = maxPlaces then giveUp('checks    ');
  failureCount := failureCount + 1;
  failures[failureCount].instruction := codeSize;
  failures[failureCount].means := means
end;

procedure emitCheck(means: failure; operation: byte; operand: integer);
begin
  failing(means);
  emit(operation, operand)
end;

function isImmediate(value: integer): boolean;
begin
  isImmediate := (value >= leastImmediate) and (value <= mostImmediate)
end;

{ What is above the lower 18 bits of a number, and those. }
function highChunk(value: integer): integer;
begin
  if value >= 0 then highChunk := value div chunk
  else highChunk := (value + 1) div chunk - 1
end;

function lowChunk(value: integer): integer;
begin
  lowChunk := value mod chunk
end;

procedure emitInteger(value: integer);
begin
  if isImmediate(value) then emit(opLdc, value)
  else begin
    emit(opLdc, highChunk(value));
    emit(opLdcx, lowChunk(value))
  end
end;

{ What a word holds that was given no value: one less than the least integer. }
procedure emitUndefined;
begin
  emit(opLdc, -8192);
  emit(opLdcx, 0)
end;

{ A constant of 64 bits: the upper ten, then three times eighteen; leading parts are left out where they say nothing. }
procedure emitBits(var value: bits);
  var parts: array [0..3] of integer;
      part, index, first: integer;
begin
  for part := 0 to 3 do begin
    parts[part] := 0;
    for index := 17 downto 0 do
      if 18 * part + index <= 63 then parts[part] := 2 * parts[part] + ord(value[18 * part + index]);
    if part = 3 then parts[part] := parts[part] - 1024 * ord(value[63])
    else parts[part] := parts[part] - chunk * ord(value[18 * part + 17])
  end;
  first := 3;
  while (first > 0) and (parts[first] = -ord(value[18 * first - 1])) do first := first - 1;
  emit(opLdc, parts[first]);
  for part := first - 1 downto 0 do emit(opLdcx, parts[part])
end;

{ The bits of a real, by IEEE 754: sign, eleven of the exponent, 52 of the fraction. }
procedure realBits(value: real; var result: bits);
  const
    bias = 1023;
    fractionBits = 52;
  var rest: real;
      exponent, index: integer;
begin
  for index := 0 to 63 do result[index] := false;
  result[63] := value < 0.0;
  rest := abs(value);
  if rest > 0.0 then begin
    exponent := bias;
    while rest >= 2.0 do begin
      rest := rest / 2.0;
      exponent := exponent + 1
    end;
    { Below the smallest normal number the fraction has no one before it. }
    while (rest < 1.0) and (exponent > 0) do begin
      rest := rest * 2.0;
      exponent := exponent - 1
    end;
    if exponent = 0 then rest := rest / 2.0 else rest := rest - 1.0;
    for index := 0 to 10 do begin
      result[fractionBits + index] := odd(exponent);
      exponent := exponent div 2
    end;
    for index := fractionBits - 1 downto 0 do begin
      rest := rest * 2.0;
      result[index] := rest >= 1.0;
      if result[index] then rest := rest - 1.0
    end
  end
end;

procedure emitReal(value: real);
  var pattern: bits;
      isWhole: boolean;
begin
  isWhole := abs(value) < 100000.0;
  if isWhole then isWhole := (trunc(value) = value) and (value <> 0.0);
  if isWhole then begin
    emit(opLdc, trunc(value));
    emit(opFloat, 0)
  end else begin
    realBits(value, pattern);
    emitBits(pattern)
  end
end;

{ Adds to an address, or to an integer that is known to fit. }
procedure emitAdd(value: integer);
begin
  if isImmediate(value) then begin
    if value <> 0 then emit(opAddiw, value)
  end else begin
    emitInteger(value);
    emit(opAddw, 0)
  end
end;

{ The address of constant bytes, which are the last ones of data; those that are there already serve again. }
procedure emitData(start: integer);
  var length, index, candidate, found: integer;
begin
  length := dataSize - start;
  found := noValue;
  candidate := constantCount;
  while (candidate > 0) and (found = noValue) do begin
    if constants[candidate].length = length then begin
      index := 0;
      while (index < length) and (data[constants[candidate].start + index] = data[start + index]) do
        index := index + 1;
      if index = length then found := constants[candidate].start
    end;
    candidate := candidate - 1
  end;
  if found <> noValue then dataSize := start
  else begin
    found := start;
    if constantCount = maxConstants then giveUp('constants ');
    constantCount := constantCount + 1;
    constants[constantCount].start := start;
    constants[constantCount].length := length;
    while dataSize mod 8 <> 0 do begin
      data[dataSize] := 0;
      dataSize := dataSize + 1
    end
  end;
  if isImmediate(found) then emit(opLac, found)
  else begin
    emit(opLac, 0);
    emitAdd(found)
  end
end;

procedure addData(value: byte);
begin
  if dataSize > maxData - 8 then giveUp('constants ');
  data[dataSize] := value;
  dataSize := dataSize + 1
end;

{ The address of a string constant. }
procedure emitString(start, length: integer);
  var index, from: integer;
begin
  from := dataSize;
  for index := start to start + length - 1 do addData(ord(stringChars[index]));
  emitData(from)
end;

{ The address of a set constant of 32 bytes. }
procedure emitWideSet(var elements: elementSet);
  var index, bit, value, from: integer;
begin
  from := dataSize;
  for index := 0 to wideSetBytes - 1 do begin
    value := 0;
    for bit := 7 downto 0 do value := 2 * value + ord((8 * index + bit) in elements);
    addData(value)
  end;
  emitData(from)
end;

procedure emitNarrowSet(var elements: elementSet);
  var pattern: bits;
      index: integer;
begin
  for index := 0 to 63 do pattern[index] := index in elements;
  emitBits(pattern)
end;

{ Places, and the frame of the routine whose code is made }

function takeBytes(bytes: integer): integer;
begin
  takeBytes := temporaryBytes;
  temporaryBytes := temporaryBytes + alignUp(bytes, 8);
  if temporaryBytes > mostBytesUsed then mostBytesUsed := temporaryBytes
end;

{ Eight bytes for a value; where no block ever was, no one else reaches it. }
function takeTemporary: integer;
  var offset, number: integer;
begin
  offset := takeBytes(8);
  number := (offset - temporaryBase) div 8;
  if number <= maxTemporaries then isScalar[number] := true;
  takeTemporary := offset
end;

function takeBlock(bytes: integer): integer;
  var offset, number, words: integer;
begin
  offset := takeBytes(bytes);
  number := (offset - temporaryBase) div 8;
  for words := 1 to (bytes + 7) div 8 do begin
    if number <= maxTemporaries then isBlock[number] := true;
    number := number + 1
  end;
  takeBlock := offset
end;

{ The address of the frame of a level round this one. }
procedure pushFrame(outer: integer);
  var step: integer;
begin
  emit(opFrame, 0);
  for step := outer + 1 to level do emit(opUp, 0)
end;

procedure localPlace(offset: integer; var place: placeRec);
begin
  place.base := inLocals;
  place.offset := offset
end;

{ A place in the frame of a level, which may need that frame's address on the stack. }
procedure placeAt(outer, offset: integer; var place: placeRec);
begin
  place.offset := offset;
  if outer = 0 then place.base := inGlobals
  else if outer = level then place.base := inLocals
  else begin
    pushFrame(outer);
    place.base := onStack
  end
end;

procedure pushAddress(place: placeRec);
begin
  with place do
    if base = onStack then emitAdd(offset)
    else begin
      if isImmediate(offset) then
        if base = inLocals then emit(opLal, offset) else emit(opLag, offset)
      else begin
        if base = inLocals then emit(opLal, 0) else emit(opLag, 0);
        emitAdd(offset)
      end
    end
end;

{ Makes a place one that an immediate operand reaches. }
procedure makeReachable(var place: placeRec);
begin
  if not isImmediate(place.offset) then begin
    pushAddress(place);
    place.base := onStack;
    place.offset := 0
  end
end;

{ Loads what is at a place; where it must be defined, the machine looks whether it is. }
procedure load(place: placeRec; storage: storageKind; mustBeDefined: boolean);
  var operation: integer;
begin
  makeReachable(place);
  case place.base of
    inLocals: operation := opLdlw;
    inGlobals: operation := opLdgw;
    onStack: operation := opLdw
  end;
  case storage of
    wordStorage: if mustBeDefined then operation := operation + 3;
    byteStorage: operation := operation + 1;
    longStorage: if mustBeDefined then operation := operation + 4 else operation := operation + 2
  end;
  emit(operation, place.offset)
end;

{ Makes a place one that a store reaches, whose address may be on the stack then. }
procedure prepareStore(var place: placeRec);
begin
  if place.base <> onStack then makeReachable(place)
  else if (place.offset < 0) or (place.offset > 4095) then begin
    emitAdd(place.offset);
    place.offset := 0
  end
end;

{ Stores what is on the stack; below it is the address, if the place has one there. }
procedure store(place: placeRec; storage: storageKind);
  var operation: integer;
begin
  if (place.base <> onStack) and not isImmediate(place.offset) then begin
    makeReachable(place);
    emit(opSwap, 0)
  end;
  case place.base of
    inLocals: operation := opStlw;
    inGlobals: operation := opStgw;
    onStack: operation := opStw
  end;
  case storage of
    wordStorage: ;
    byteStorage: operation := operation + 1;
    longStorage: operation := operation + 2
  end;
  emit(operation, place.offset)
end;

procedure storeTemporary(offset: integer; storage: storageKind);
  var place: placeRec;
begin
  localPlace(offset, place);
  store(place, storage)
end;

procedure loadTemporary(offset: integer; storage: storageKind);
  var place: placeRec;
begin
  localPlace(offset, place);
  load(place, storage, false)
end;

{ Checks that the integer on the stack is within bounds. }
procedure checkRange(low, high: integer; means: failure);
begin
  if (low = 0) and isImmediate(high) then emitCheck(means, opChk, high)
  else if (low >= 0) and (high <= 511) then emitCheck(means, opChkr, 512 * low + high)
  else begin
    emitInteger(low);
    emitInteger(high);
    emitCheck(means, opChkb, 0)
  end
end;

{ Where a variable of the program lies. }
procedure symbolPlace(symbol: symbolPtr; var place: placeRec);
begin
  if symbol^.inFrame then localPlace(symbol^.offset, place)
  else placeAt(symbol^.level, symbol^.offset, place)
end;

{ ---- Trees ---- }

function newNode(kind: nodeKind; typ: typePtr; place: integer): nodePtr;
  var made: nodePtr;
begin
  new(made);
  made^.kind := kind;
  made^.typ := typ;
  made^.at := place;
  with made^ do begin
    calls := false;
    temporary := noValue;
    left := nil;
    right := nil;
    operation := 0;
    partAt := place
  end;
  newNode := made
end;

{ Stands for what is wrong. }
function wrong(place: integer): nodePtr;
begin
  wrong := newNode(wrongNode, errorType, place)
end;

function newOrdinalNode(typ: typePtr; value, place: integer): nodePtr;
  var made: nodePtr;
begin
  made := newNode(ordinalNode, typ, place);
  made^.ordinal := value;
  newOrdinalNode := made
end;

function newSymbolNode(kind: nodeKind; symbol: symbolPtr; typ: typePtr; place: integer): nodePtr;
  var made: nodePtr;
begin
  made := newNode(kind, typ, place);
  made^.symbol := symbol;
  made^.withPart := nil;
  made^.arguments := nil;
  newSymbolNode := made
end;

{ A node of one operand or two; an operation of 0 only changes the type. }
function newOperation(kind: nodeKind; operation: integer; left, right: nodePtr; typ: typePtr;
  place: integer): nodePtr;
  var made: nodePtr;
begin
  made := newNode(kind, typ, place);
  made^.operation := operation;
  made^.left := left;
  made^.right := right;
  made^.calls := left^.calls;
  if right <> nil then made^.calls := left^.calls or right^.calls;
  newOperation := made
end;

function newUnary(operation: integer; operand: nodePtr; typ: typePtr): nodePtr;
begin
  newUnary := newOperation(unaryNode, operation, operand, nil, typ, operand^.at)
end;

function isDesignator(node: nodePtr): boolean;
begin
  isDesignator := node^.kind in [variableNode, elementNode, fieldNode, withFieldNode, targetNode, bufferNode]
end;

{ Whether a variable is a component of something packed. }
function isPackedComponent(node: nodePtr): boolean;
begin
  isPackedComponent := false;
  if node^.kind = elementNode then isPackedComponent := node^.left^.typ^.isPacked
  else if node^.kind in [fieldNode, withFieldNode] then isPackedComponent := node^.symbol^.inPacked
end;

{ As a real. }
function toReal(node: nodePtr): nodePtr;
  var made: nodePtr;
begin
  toReal := node;
  if isInteger(node^.typ) then
    if node^.kind = ordinalNode then begin
      made := newNode(realNode, realType, node^.at);
      made^.number := node^.ordinal;
      toReal := made
    end else toReal := newUnary(opFloat, node, realType)
end;

{ Sums and products of constants are constants, if they are integers still. }
function isFolded(operation: integer; left, right: nodePtr; var result: integer): boolean;
  var sum: real;
begin
  isFolded := false;
  if (left^.kind = ordinalNode) and (right^.kind = ordinalNode) and (operation in [opAdd, opSub, opMul]) then begin
    sum := left^.ordinal;
    case operation of
      opAdd: sum := sum + right^.ordinal;
      opSub: sum := sum - right^.ordinal;
      opMul: sum := sum * right^.ordinal
    end;
    if abs(sum) <= maxint then begin
      result := trunc(sum);
      isFolded := true
    end
  end
end;

function newBinary(operation: integer; left, right: nodePtr; typ: typePtr; place: integer): nodePtr;
  var result: integer;
begin
  if isFolded(operation, left, right, result) then newBinary := newOrdinalNode(typ, result, place)
  else newBinary := newOperation(binaryNode, operation, left, right, typ, place)
end;

{ A set of no elements, or an operation on such, becomes one of the type that is wanted. }
procedure adaptSet(node: nodePtr; typ: typePtr);
begin
  if node^.typ^.form = setForm then
    if node^.typ^.base = nil then begin
      node^.typ := newSet(typ^.base, typ^.isPacked, true);
      if node^.kind = setOperationNode then begin
        adaptSet(node^.left, typ);
        adaptSet(node^.right, typ)
      end
    end
end;

{ The values that an ordinal value may have, as far as that is plain. }
procedure rangeOf(node: nodePtr; var low, high: integer);
begin
  low := node^.typ^.host^.low;
  high := node^.typ^.host^.high;
  case node^.kind of
    ordinalNode: begin
      low := node^.ordinal;
      high := node^.ordinal
    end;
    withinNode: begin
      low := node^.low;
      high := node^.high
    end;
    unaryNode, binaryNode:
      if node^.operation = 0 then begin
        low := node^.typ^.low;
        high := node^.typ^.high
      end else if node^.operation = opMod then
        if node^.right^.kind = ordinalNode then begin
          low := 0;
          high := node^.right^.ordinal - 1
        end;
    variableNode, elementNode, fieldNode, withFieldNode, targetNode, bufferNode, callNode: begin
      low := node^.typ^.low;
      high := node^.typ^.high
    end;
    andNode, orNode, stringCompareNode, setCompareNode, inNode, stepNode, fileStatusNode, boundNode,
    wrongNode:
  end
end;

{ Whether a value needs no check to be one of a type. }
function isWithin(node: nodePtr; typ: typePtr): boolean;
  var low, high: integer;
begin
  isWithin := true;
  if (typ^.form = ordinalForm) and (node^.typ^.form = ordinalForm) then begin
    rangeOf(node, low, high);
    isWithin := (low >= typ^.low) and (high <= typ^.high)
  end
end;

{ Of a set constructor. }
function isConstantMember(member: memberPtr): boolean;
begin
  isConstantMember := member^.first^.kind = ordinalNode;
  if member^.last <> nil then
    isConstantMember := (member^.first^.kind = ordinalNode) and (member^.last^.kind = ordinalNode)
end;

{ The elements of a constructor that are constants. }
procedure constantElements(node: nodePtr; var elements: elementSet; var hasOthers, hasConstants: boolean);
  var member: memberPtr;
      value, last: integer;
begin
  elements := [];
  hasOthers := false;
  hasConstants := false;
  member := node^.members;
  while member <> nil do begin
    if isConstantMember(member) then begin
      value := member^.first^.ordinal;
      last := value;
      if member^.last <> nil then last := member^.last^.ordinal;
      while value <= last do begin
        elements := elements + [value];
        hasConstants := true;
        value := value + 1
      end
    end else hasOthers := true;
    member := member^.next
  end
end;

{ Whether a set can have no elements but those of a type. }
function isKnownSubset(node: nodePtr; base: typePtr): boolean;
  var member: memberPtr;
      isKnown: boolean;
      last: nodePtr;
begin
  if (base^.low <= base^.host^.low) and ((base^.high >= base^.host^.high) or (base^.high = setElements - 1))
    then isKnown := true
  else if isDesignator(node) then
    isKnown := (node^.typ^.base^.low >= base^.low) and (node^.typ^.base^.high <= base^.high)
  else if node^.kind <> setNode then isKnown := false
  else begin
    isKnown := true;
    member := node^.members;
    while member <> nil do begin
      if not isConstantMember(member) then isKnown := false
      else begin
        last := member^.first;
        if member^.last <> nil then last := member^.last;
        if member^.first^.ordinal <= last^.ordinal then
          if (member^.first^.ordinal < base^.low) or (last^.ordinal > base^.high) then isKnown := false
      end;
      member := member^.next
    end
  end;
  isKnownSubset := isKnown
end;

{ ---- The code of expressions: section 6.7 ---- }

procedure value(node: nodePtr; mustBeDefined: boolean); forward;
procedure evaluate(node: nodePtr); forward;
procedure addressOf(node: nodePtr); forward;
procedure variablePlace(node: nodePtr; var place: placeRec); forward;
procedure call(routine: symbolPtr; arguments: argumentPtr; place: integer); forward;

procedure pushVariable(node: nodePtr);
  var place: placeRec;
begin
  variablePlace(node, place);
  pushAddress(place)
end;

{ Calls of functions need an empty stack, so those in an expression are computed beforehand: what is computed later finds them in
  the frame. Of and and or, which may leave their right operand out, the whole is. }

procedure hoist(node: nodePtr);
  var member: memberPtr;
begin
  if node^.calls and (node^.temporary = noValue) then
    if node^.kind in [callNode, andNode, orNode] then begin
      evaluate(node);
      node^.temporary := takeTemporary;
      storeTemporary(node^.temporary, longStorage)
    end else if node^.kind = setNode then begin
      member := node^.members;
      while member <> nil do begin
        hoist(member^.first);
        if member^.last <> nil then hoist(member^.last);
        member := member^.next
      end
    end else if node^.kind = elementNode then begin
      hoist(node^.right);
      hoist(node^.left)
    end else begin
      if node^.left <> nil then hoist(node^.left);
      if node^.right <> nil then hoist(node^.right)
    end
end;

{ Jumps where a condition is as it should be; the stack is empty. }
procedure jumpWhere(node: nodePtr; target: integer; should: boolean);
  var past: integer;
begin
  if (node^.kind in [andNode, orNode]) and (node^.temporary = noValue) then begin
    if (node^.kind = orNode) = should then begin
      jumpWhere(node^.left, target, should);
      jumpWhere(node^.right, target, should)
    end else begin
      past := newLabel;
      jumpWhere(node^.left, past, not should);
      jumpWhere(node^.right, target, should);
      placeLabel(past)
    end
  end else if (node^.kind = unaryNode) and (node^.operation = opNot) then
    jumpWhere(node^.left, target, not should)
  else begin
    evaluate(node);
    if should then emit(opJnz, target) else emit(opJz, target)
  end
end;

{ and, or: the right operand is computed only where the left one does not say the result. }
procedure logical(node: nodePtr);
  var otherwise, finish: integer;
begin
  otherwise := newLabel;
  finish := newLabel;
  jumpWhere(node, otherwise, false);
  emit(opLdc, 1);
  emit(opJmp, finish);
  placeLabel(otherwise);
  emit(opLdc, 0);
  placeLabel(finish)
end;

procedure binary(node: nodePtr);
  var by: integer;
begin
  by := 0;
  if node^.right^.kind = ordinalNode then
    if abs(node^.right^.ordinal) < mostImmediate then
      if node^.operation = opAdd then by := node^.right^.ordinal
      else if node^.operation = opSub then by := -node^.right^.ordinal;
  value(node^.left, true);
  if by <> 0 then begin
    mark(node^.at);
    emit(opAddi, by)
  end else begin
    value(node^.right, true);
    mark(node^.at);
    emit(node^.operation, 0)
  end
end;

{ A value while the stack is empty. }
procedure evaluate;
begin
  if not (node^.kind in [callNode, andNode, orNode]) then hoist(node);
  value(node, true)
end;

procedure loadVariable(node: nodePtr; mustBeDefined: boolean);
  var place: placeRec;
      isKnown: boolean;
begin
  variablePlace(node, place);
  mark(node^.at);
  isKnown := node^.typ^.form = setForm;
  if node^.kind = variableNode then
    with node^.symbol^ do
      if (controls > 0) or (isParameter and not isReference) then isKnown := true;
  load(place, storageOf(node^.typ, isPackedComponent(node)),
    mustBeDefined and not isKnown and (storageOf(node^.typ, isPackedComponent(node)) <> byteStorage))
end;

{ succ and pred. Section 6.6.6.4. }
procedure stepValue(node: nodePtr);
begin
  value(node^.left, true);
  mark(node^.at);
  with node^.typ^ do
    if (firstValue <> nil) or (high = 255) then begin
      emit(opAddiw, node^.ordinal);
      if node^.ordinal = 1 then checkRange(low, high, succFailure) else checkRange(low, high, predFailure)
    end else emit(opAddi, node^.ordinal)
end;

procedure compareStrings(node: nodePtr);
begin
  addressOf(node^.left);
  addressOf(node^.right);
  emitInteger(stringLengthOf(node^.left^.typ));
  mark(node^.at);
  emitService(svCompare);
  emit(opLdc, 0);
  emit(node^.operation, 0)
end;

{ Sets: section 6.7.2.4 }

{ A small set. }
procedure narrowSet(node: nodePtr);
  var elements: elementSet;
      hasOthers, hasConstants: boolean;
      member: memberPtr;
begin
  if node^.kind = setOperationNode then begin
    value(node^.left, true);
    value(node^.right, true);
    emit(node^.operation, 0)
  end else begin
    constantElements(node, elements, hasOthers, hasConstants);
    if hasConstants or not hasOthers then emitNarrowSet(elements);
    member := node^.members;
    while member <> nil do begin
      if not isConstantMember(member) then begin
        value(member^.first, true);
        if member^.last <> nil then value(member^.last, true);
        mark(member^.first^.at);
        if member^.last <> nil then emitCheck(setFailure, opRng, 0) else emitCheck(setFailure, opSgl, 0);
        if hasConstants then emit(opUni, 0);
        hasConstants := true
      end;
      member := member^.next
    end
  end
end;

{ Changes the set whose address is below by the one whose address is on top, which goes. }
procedure combineSets(operation: integer);
  var long: integer;
begin
  for long := 0 to 3 do emit(operation, 8 * long);
  emit(opDrop, 0)
end;

{ The address of a large set. }
procedure wideSet(node: nodePtr);
  var elements: elementSet;
      hasOthers, hasConstants: boolean;
      member: memberPtr;
      place: placeRec;
begin
  hasOthers := true;
  if node^.kind = setNode then constantElements(node, elements, hasOthers, hasConstants);
  if not hasOthers then emitWideSet(elements)
  else begin
    localPlace(takeBlock(wideSetBytes), place);
    pushAddress(place);
    if node^.kind = setOperationNode then begin
      addressOf(node^.left);
      combineSets(opCpyd);
      addressOf(node^.right);
      case node^.operation of
        opUni: combineSets(opUnim);
        opInt: combineSets(opIntm);
        opDif: combineSets(opDifm)
      end
    end else begin
      emitWideSet(elements);
      combineSets(opCpyd);
      member := node^.members;
      while member <> nil do begin
        if not isConstantMember(member) then begin
          if member^.last <> nil then pushAddress(place);
          value(member^.first, true);
          if member^.last <> nil then value(member^.last, true);
          mark(member^.first^.at);
          if member^.last <> nil then emitService(svIncludeRange) else emitCheck(setFailure, opIncl, 0)
        end;
        member := member^.next
      end
    end
  end
end;

procedure compareSets(node: nodePtr);
  var one, other: nodePtr;
begin
  one := node^.left;
  other := node^.right;
  if node^.operation = opGe then begin
    one := node^.right;
    other := node^.left
  end;
  value(one, true);
  value(other, true);
  if isWideSet(one^.typ) then begin
    if node^.operation in [opEq, opNe] then emitService(svEqualSets) else emitService(svInclusion);
    if node^.operation = opNe then emit(opNot, 0)
  end else if node^.operation in [opEq, opNe] then emit(node^.operation, 0)
  else emit(opLeq, 0)
end;

procedure contains(node: nodePtr);
begin
  value(node^.left, true);
  value(node^.right, true);
  if isWideSet(node^.right^.typ) then emit(opInnm, 0) else emit(opInn, 0)
end;

{ Checks that a set, or the one whose address is on the stack, has only elements that its new place may have. }
procedure checkSet(typ: typePtr; node: nodePtr; means: failure);
  var elements: elementSet;
begin
  if typ^.base <> nil then
    if not isKnownSubset(node, typ^.base) then begin
      mark(node^.at);
      emit(opDup, 0);
      elements := [typ^.base^.low..typ^.base^.high];
      if isWideSet(typ) then begin
        emitWideSet(elements);
        emitService(svInclusion)
      end else begin
        emitNarrowSet(elements);
        emit(opLeq, 0)
      end;
      emitCheck(means, opChkt, 0)
    end
end;

{ Checks a value that was just computed against the type that it is given to. }
procedure checkFits(typ: typePtr; node: nodePtr; means: failure);
begin
  if not isWithin(node, typ) then begin
    mark(node^.at);
    checkRange(typ^.low, typ^.high, means)
  end
end;

{ The address of a value that is a block of memory. }
procedure addressOf;
begin
  if isDesignator(node) then pushVariable(node)
  else if node^.kind = stringNode then emitString(node^.start, node^.length)
  else if node^.kind in [setNode, setOperationNode] then wideSet(node)
  else if node^.kind = unaryNode then addressOf(node^.left)
end;

{ A value; the calls in it have been hoisted, unless the stack is empty and it is one itself. }
procedure value;
  var place: placeRec;
begin
  if node^.temporary <> noValue then loadTemporary(node^.temporary, longStorage)
  else if storageOf(node^.typ, false) = blockStorage then addressOf(node)
  else
    case node^.kind of
      ordinalNode: emitInteger(node^.ordinal);
      realNode: emitReal(node^.number);
      nilNode: emit(opLdc, 0);
      variableNode, elementNode, fieldNode, withFieldNode, targetNode, bufferNode:
        loadVariable(node, mustBeDefined);
      unaryNode: begin
        value(node^.left, true);
        mark(node^.at);
        if node^.operation <> 0 then emit(node^.operation, 0)
      end;
      binaryNode: binary(node);
      andNode, orNode: logical(node);
      stringCompareNode: compareStrings(node);
      setNode, setOperationNode: narrowSet(node);
      setCompareNode: compareSets(node);
      inNode: contains(node);
      callNode: begin
        call(node^.symbol, node^.arguments, node^.at);
        emit(opGetres, 0)
      end;
      serviceNode: begin
        value(node^.left, true);
        mark(node^.at);
        emitService(node^.operation)
      end;
      stepNode: stepValue(node);
      withinNode: begin
        value(node^.left, true);
        mark(node^.at);
        checkRange(node^.low, node^.high, node^.means)
      end;
      fileStatusNode: begin
        pushVariable(node^.left);
        mark(node^.at);
        emitService(node^.operation)
      end;
      boundNode: begin
        placeAt(node^.symbol^.level, node^.symbol^.boundAt, place);
        load(place, wordStorage, false)
      end;
      stringNode, wrongNode: emit(opLdc, 0)
    end
end;

{ The code that reaches variables: section 6.5 }

{ Replaces the number on the stack by whether it is one of some. }
procedure isOneOf(values: valuePtr);
  var pattern: elementSet;
      one: valuePtr;
      isSmall: boolean;
begin
  isSmall := values^.next <> nil;
  pattern := [];
  one := values;
  while one <> nil do begin
    if (one^.value < 0) or (one^.value > 63) then isSmall := false
    else pattern := pattern + [one^.value];
    one := one^.next
  end;
  if isSmall then begin
    emitNarrowSet(pattern);
    emit(opInn, 0)
  end else begin
    one := values^.next;
    while one <> nil do begin
      emit(opDup, 0);
      emitInteger(one^.value);
      emit(opEq, 0);
      emit(opSwap, 0);
      one := one^.next
    end;
    emitInteger(values^.value);
    emit(opEq, 0);
    one := values^.next;
    while one <> nil do begin
      emit(opUni, 0);
      one := one^.next
    end
  end
end;

{ The variants that a field lies in must be the ones that the tags say. Section 6.5.3.3. }
procedure checkVariants(condition: conditionPtr; part: placeRec; place: integer);
begin
  if condition <> nil then begin
    checkVariants(condition^.outer, part, place);
    if (condition^.tag <> nil) and (condition^.values <> nil) then begin
      mark(place);
      if part.base = onStack then emit(opDup, 0);
      part.offset := part.offset + condition^.tag^.fieldOffset;
      load(part, storageOf(condition^.tag^.typ, condition^.tag^.inPacked),
        storageOf(condition^.tag^.typ, condition^.tag^.inPacked) <> byteStorage);
      isOneOf(condition^.values);
      emitCheck(variantFailure, opChkt, 0)
    end
  end
end;

{ Adds so many times the index on the stack to the address below it. }
procedure scaleIndex(size: integer);
begin
  if size <= 4095 then emit(opIxa, size)
  else begin
    emitInteger(size);
    emit(opMulw, 0);
    emit(opAddw, 0)
  end
end;

{ Conformant arrays: section 6.6.3.7 }

procedure pushBoundAt(typ: typePtr; offset: integer);
  var place: placeRec;
begin
  placeAt(typ^.boundLevel, offset, place);
  load(place, wordStorage, false)
end;

{ How many elements an array has. }
procedure pushLength(typ: typePtr);
begin
  if typ^.isConformant then begin
    pushBoundAt(typ, typ^.highAt);
    pushBoundAt(typ, typ^.lowAt);
    emit(opSubw, 0);
    emit(opAddiw, 1)
  end else emitInteger(typ^.index^.high - typ^.index^.low + 1)
end;

{ The bytes of an array whose bounds are known at run time, as many as one with these bounds has. }
procedure pushSize(typ: typePtr);
begin
  pushLength(typ);
  if isConformant(typ^.element) then begin
    pushSize(typ^.element);
    emit(opMulw, 0)
  end else if strideOf(typ) = 1 then begin
    emit(opAddiw, 3);
    emitInteger(-4);
    emit(opInt, 0)
  end else begin
    emitInteger(strideOf(typ));
    emit(opMulw, 0)
  end
end;

procedure conformantElement(node: nodePtr; var place: placeRec);
  var typ: typePtr;
begin
  typ := node^.left^.typ;
  pushVariable(node^.left);
  value(node^.right, true);
  pushBoundAt(typ, typ^.lowAt);
  pushBoundAt(typ, typ^.highAt);
  mark(node^.partAt);
  emitCheck(indexFailure, opChkb, 0);
  pushBoundAt(typ, typ^.lowAt);
  emit(opSubw, 0);
  if isConformant(typ^.element) then begin
    pushSize(typ^.element);
    emit(opMulw, 0);
    emit(opAddw, 0)
  end else scaleIndex(strideOf(typ));
  place.base := onStack;
  place.offset := 0
end;

procedure elementPlace(node: nodePtr; var place: placeRec);
  var size, low, offset: integer;
      isNear: boolean;
begin
  size := strideOf(node^.left^.typ);
  low := node^.left^.typ^.index^.low;
  variablePlace(node^.left, place);
  if node^.right^.kind = ordinalNode then place.offset := place.offset + (node^.right^.ordinal - low) * size
  else begin
    { The address of the element that would have the index 0, if that is near. }
    isNear := abs(low) <= 1000000;
    if isNear then isNear := abs(low) <= 100000000 div size;
    if isNear then begin
      offset := place.offset - low * size;
      isNear := (place.base = onStack) or isImmediate(offset)
    end;
    if isNear then place.offset := offset;
    if place.base <> onStack then pushAddress(place);
    value(node^.right, true);
    if not isWithin(node^.right, node^.left^.typ^.index) then begin
      mark(node^.partAt);
      checkRange(low, node^.left^.typ^.index^.high, indexFailure)
    end;
    if not isNear then emitAdd(-low);
    scaleIndex(size);
    if place.base <> onStack then place.offset := 0;
    place.base := onStack
  end
end;

{ Where a variable is; its address may be on the stack then. }
procedure variablePlace;
begin
  case node^.kind of
    variableNode: begin
      symbolPlace(node^.symbol, place);
      if node^.symbol^.isReference then begin
        load(place, wordStorage, false);
        place.base := onStack;
        place.offset := 0
      end
    end;
    fieldNode: begin
      variablePlace(node^.left, place);
      checkVariants(node^.symbol^.condition, place, node^.partAt);
      place.offset := place.offset + node^.symbol^.fieldOffset
    end;
    withFieldNode: begin
      loadTemporary(node^.withPart^.place, wordStorage);
      place.base := onStack;
      place.offset := 0;
      checkVariants(node^.symbol^.condition, place, node^.at);
      place.offset := node^.symbol^.fieldOffset
    end;
    elementNode:
      if node^.left^.typ^.isConformant then conformantElement(node, place) else elementPlace(node, place);
    targetNode: begin
      value(node^.left, false);
      mark(node^.at);
      emit(opChkp, 0);
      place.base := onStack;
      place.offset := 0
    end;
    bufferNode: begin
      pushVariable(node^.left);
      mark(node^.at);
      emitService(svBuffer);
      place.base := onStack;
      place.offset := 0
    end
  end
end;

{ Calls: docs/pcode.md, "Procedures" }

procedure passRoutine(parameter, routine: symbolPtr);
  var place: placeRec;
begin
  if routine^.isFormal then begin
    placeAt(routine^.level, routine^.formalAt, place);
    load(place, wordStorage, false);
    emit(opStarg, parameter^.argumentAt);
    placeAt(routine^.level, routine^.formalAt + 4, place);
    load(place, wordStorage, false)
  end else begin
    emit(opLdp, routine^.entry);
    emit(opStarg, parameter^.argumentAt);
    if routine^.level > 0 then pushFrame(routine^.level) else emit(opLdc, 0)
  end;
  emit(opStarg, parameter^.argumentAt + 4)
end;

procedure passValue(parameter: symbolPtr; node: nodePtr);
begin
  value(node, true);
  checkFits(parameter^.typ, node, parameterFailure);
  if parameter^.typ^.form = setForm then checkSet(parameter^.typ, node, setFailure);
  if storageOf(parameter^.typ, false) = longStorage then emit(opStargd, parameter^.argumentAt)
  else emit(opStarg, parameter^.argumentAt)
end;

{ The bounds of an array for those of a parameter. }
procedure passBounds(wanted, found: typePtr; place: integer);

  procedure pass(wantedAt, foundAt, known: integer);
  begin
    if found^.isConformant then begin
      pushBoundAt(found, foundAt);
      mark(place);
      checkRange(wanted^.index^.low, wanted^.index^.high, conformantFailure)
    end else emitInteger(known);
    emit(opStarg, wantedAt)
  end;

begin
  if found^.isConformant then begin
    pass(wanted^.lowAt, found^.lowAt, 0);
    pass(wanted^.highAt, found^.highAt, 0)
  end else begin
    pass(wanted^.lowAt, 0, found^.index^.low);
    pass(wanted^.highAt, 0, found^.index^.high)
  end;
  if isConformant(wanted^.element) then passBounds(wanted^.element, found^.element, place)
end;

{ An array for a conformant parameter; the bounds come with the first of a section. }
procedure passArray(argument, before: argumentPtr);
  var isFirst: boolean;
begin
  isFirst := before = nil;
  if not isFirst then isFirst := before^.parameter^.section <> argument^.parameter^.section;
  if isFirst then passBounds(argument^.parameter^.typ, argument^.value^.typ, argument^.value^.at);
  addressOf(argument^.value);
  emit(opStarg, argument^.parameter^.argumentAt)
end;

{ The stack is empty. }
procedure call;
  var argument, before: argumentPtr;
      part: placeRec;
begin
  argument := arguments;
  while argument <> nil do begin
    if argument^.value <> nil then hoist(argument^.value);
    argument := argument^.next
  end;
  before := nil;
  argument := arguments;
  while argument <> nil do begin
    if argument^.value = nil then passRoutine(argument^.parameter, argument^.routine)
    else if isConformant(argument^.parameter^.typ) then passArray(argument, before)
    else if argument^.parameter^.isReference then begin
      pushVariable(argument^.value);
      emit(opStarg, argument^.parameter^.argumentAt)
    end else passValue(argument^.parameter, argument^.value);
    before := argument;
    argument := argument^.next
  end;
  mark(place);
  if routine^.isFormal then begin
    placeAt(routine^.level, routine^.formalAt + 4, part);
    load(part, wordStorage, false);
    emit(opStarg, 0);
    placeAt(routine^.level, routine^.formalAt, part);
    load(part, wordStorage, false);
    emit(opCalli, 0)
  end else begin
    if routine^.level > 0 then begin
      pushFrame(routine^.level);
      emit(opStarg, 0)
    end;
    emit(opCall, routine^.entry)
  end
end;

{ Assignments }

{ Copies a block to the address on the stack. }
procedure copyBlock(typ: typePtr; node: nodePtr);
  const mostUnrolled = 64;
  var size, offset: integer;
begin
  addressOf(node);
  if typ^.form = setForm then checkSet(typ, node, setFailure);
  size := sizeOf(typ, false);
  if size > mostUnrolled then begin
    emitInteger(size);
    emitService(svMove)
  end else begin
    offset := 0;
    while offset < size do
      if alignmentOf(typ, false) = 8 then begin
        emit(opCpyd, offset);
        offset := offset + 8
      end else begin
        emit(opCpyw, offset);
        offset := offset + 4
      end;
    emit(opDrop, 0);
    emit(opDrop, 0)
  end
end;

procedure checkAssigned(typ: typePtr; node: nodePtr; means, ofSet: failure);
begin
  checkFits(typ, node, means);
  if typ^.form = setForm then checkSet(typ, node, ofSet)
end;

procedure assign(target, source: nodePtr; at: integer);
  var place: placeRec;
begin
  hoist(target);
  hoist(source);
  if storageOf(target^.typ, false) = blockStorage then begin
    pushVariable(target);
    copyBlock(target^.typ, source)
  end else begin
    variablePlace(target, place);
    prepareStore(place);
    value(source, true);
    checkAssigned(target^.typ, source, rangeFailure, setFailure);
    mark(at);
    store(place, storageOf(target^.typ, isPackedComponent(target)))
  end
end;

procedure assignResult(result: symbolPtr; source: nodePtr);
  var place: placeRec;
begin
  hoist(source);
  placeAt(result^.level, result^.offset, place);
  prepareStore(place);
  value(source, true);
  checkAssigned(result^.typ, source, resultFailure, resultFailure);
  store(place, storageOf(result^.typ, false))
end;

{ ---- Parsing: constants and types, sections 6.3 and 6.4 ---- }

procedure noConstant(var result: constantRec);
begin
  result.typ := errorType;
  result.ordinal := 0;
  result.number := 0.0;
  result.start := 1;
  result.length := 1
end;

procedure ordinalConstant(typ: typePtr; ordinal: integer; var result: constantRec);
begin
  noConstant(result);
  result.typ := typ;
  result.ordinal := ordinal
end;

{ The value of a string token: one character is a char. }
procedure textConstant(var result: constantRec);
begin
  if stringLength <= 1 then ordinalConstant(charType, ord(stringChars[stringStart]), result)
  else begin
    noConstant(result);
    result.typ := newString(stringLength);
    result.start := stringStart;
    result.length := stringLength
  end
end;

{ A constant; where there is none, its type is errorType. }
procedure parseConstant(follow: tokenSet; var result: constantRec);
  var symbol: symbolPtr;
      signAt: integer;
      isSigned, isNegative: boolean;
begin
  noConstant(result);
  signAt := tokenAt;
  isSigned := token in [plus, minus];
  isNegative := token = minus;
  if isSigned then nextToken;
  if not (token in [identifier, integerNumber, realNumber, stringText]) then begin
    error(notAConstant, tokenAt);
    lastError^.found := token
  end else begin
    case token of
      identifier: begin
        symbol := meaningOf(tokenName, tokenAt);
        if symbol <> nil then
          if symbol^.kind = constantSymbol then result := symbol^.constant
          else errorNamed(notAConstant, tokenAt, tokenName)
      end;
      integerNumber: ordinalConstant(integerType, tokenValue, result);
      realNumber: begin
        result.typ := realType;
        result.number := tokenReal
      end;
      stringText: textConstant(result)
    end;
    nextToken;
    if isSigned and (result.typ^.form <> errorForm) then
      if not isNumber(result.typ) then begin
        error(signBeforeConstant, signAt);
        result.typ := errorType
      end else if isNegative then begin
        result.ordinal := -result.ordinal;
        result.number := -result.number
      end
  end;
  skipTo(follow, semicolon)
end;

{ A constant of an ordinal type. }
procedure parseOrdinal(follow: tokenSet; var result: constantRec);
  var place: integer;
begin
  place := tokenAt;
  parseConstant(follow, result);
  if not (result.typ^.form in [ordinalForm, errorForm]) then begin
    errorOfType(notOrdinal, place, result.typ);
    result.typ := errorType
  end
end;

{ A name where one is declared; 0 where it is missing. }
function declaredName: nameIndex;
begin
  declaredName := 0;
  if token = identifier then begin
    declaredName := tokenName;
    nextToken
  end else missing(identifier)
end;

{ The type that a name stands for. }
function typeNamed(name: nameIndex; place: integer): typePtr;
  var symbol: symbolPtr;
begin
  typeNamed := errorType;
  if name = openType then errorNamed(partOfItself, place, name)
  else begin
    symbol := meaningOf(name, place);
    if symbol <> nil then
      if symbol^.kind = typeSymbol then typeNamed := symbol^.typ
      else errorNamed(notAType, place, name)
  end
end;

function namedType: typePtr;
begin
  namedType := errorType;
  if token <> identifier then missing(identifier)
  else begin
    namedType := typeNamed(tokenName, tokenAt);
    nextToken
  end
end;

function parseType(follow: tokenSet): typePtr; forward;

{ Names and commas: declared as symbols of a kind, which are given back in their order. }
procedure nameList(kind: symbolKind; follow: tokenSet; var first: symbolPtr);
  var symbol, last: symbolPtr;
      place: integer;
      isMore: boolean;
begin
  first := nil;
  last := nil;
  repeat
    place := tokenAt;
    if token <> identifier then begin
      missing(identifier);
      skipTo(follow + [comma], identifier)
    end else begin
      symbol := newSymbol(kind, declaredName, place, errorType);
      if last = nil then first := symbol else last^.next := symbol;
      last := symbol
    end;
    isMore := token = comma;
    if isMore then nextToken
    else if token = identifier then begin
      missing(comma);
      isMore := true
    end
  until not isMore
end;

function enumeration(follow: tokenSet): typePtr;
  var symbol: symbolPtr;
      made: typePtr;
      value: integer;
begin
  nextToken;
  nameList(constantSymbol, follow + [rightParen], symbol);
  made := newOrdinal(0, 0);
  made^.firstValue := symbol;
  value := 0;
  while symbol <> nil do begin
    symbol^.typ := made;
    ordinalConstant(made, value, symbol^.constant);
    made^.high := value;
    declare(symbol);
    value := value + 1;
    symbol := symbol^.next
  end;
  expect(rightParen);
  enumeration := made
end;

function subrange(follow: tokenSet): typePtr;
  var first, last: constantRec;
      place: integer;
begin
  place := tokenAt;
  subrange := errorType;
  parseOrdinal(follow + [twoPoints], first);
  if token <> twoPoints then missing(twoPoints)
  else begin
    nextToken;
    parseOrdinal(follow, last);
    if (first.typ^.form <> errorForm) and (last.typ^.form <> errorForm) then
      if first.typ^.host <> last.typ^.host then error(boundsDiffer, place)
      else if first.ordinal > last.ordinal then error(subrangeEmpty, place)
      else subrange := newSubrange(first.typ^.host, first.ordinal, last.ordinal)
  end
end;

function simpleType(follow: tokenSet): typePtr;
  var isSubrange: boolean;
begin
  if token = leftParen then simpleType := enumeration(follow)
  else begin
    isSubrange := token <> identifier;
    if not isSubrange and (tokenName <> openType) and (names[tokenName].meaning <> nil) then
      isSubrange := names[tokenName].meaning^.kind = constantSymbol;
    if isSubrange then simpleType := subrange(follow) else simpleType := namedType
  end
end;

{ An ordinal type; errorType where it is none. }
function ordinalType(follow: tokenSet): typePtr;
  var typ: typePtr;
      place: integer;
begin
  place := tokenAt;
  typ := parseType(follow);
  if not (typ^.form in [ordinalForm, errorForm]) then begin
    errorOfType(notOrdinal, place, typ);
    typ := errorType
  end;
  ordinalType := typ
end;

{ array [A, B] of C is array [A] of array [B] of C. Section 6.4.3.2. }
function arrayRest(follow: tokenSet; isPacked: boolean; place: integer): typePtr;
  var index, element: typePtr;
begin
  index := ordinalType(follow + [comma, rightBracket, ofWord]);
  if token = comma then begin
    nextToken;
    element := arrayRest(follow, isPacked, place)
  end else begin
    expect(rightBracket);
    expect(ofWord);
    element := parseType(follow)
  end;
  if (index^.form = errorForm) or (element^.form = errorForm) then arrayRest := errorType
  else arrayRest := newArray(index, element, isPacked, place)
end;

{ Records: section 6.4.3.3 }
function recordType(follow: tokenSet; isPacked: boolean): typePtr;
  var made: typePtr;
      lastField: symbolPtr;

  { Gives a field its place; after it is at. }
  procedure addField(field: symbolPtr; typ: typePtr; condition: conditionPtr; isTag: boolean; var at: integer);
    var alignment: integer;
  begin
    alignment := alignmentOf(typ, isPacked);
    if alignment > made^.recordAlign then made^.recordAlign := alignment;
    at := alignUp(at, alignment);
    if fieldOf(made, field^.name) <> nil then errorNamed(fieldTwice, field^.at, field^.name);
    field^.typ := typ;
    field^.fieldOffset := at;
    field^.inPacked := isPacked;
    field^.isTag := isTag;
    field^.condition := condition;
    if sizeOf(typ, isPacked) > mostBytes - at then error(arrayTooLarge, field^.at)
    else at := at + sizeOf(typ, isPacked);
    if lastField = nil then made^.fields := field else lastField^.next := field;
    lastField := field;
    field^.next := nil
  end;

  procedure fieldList(follow: tokenSet; condition: conditionPtr; var at: integer; var tagType: typePtr;
    var variants: variantPtr); forward;

  { The constants before a variant. }
  procedure variantConstants(tagType: typePtr; var variants, first: variantPtr; var values: valuePtr);
    var constant: constantRec;
        made, known: variantPtr;
        value: valuePtr;
        place: integer;
        isMore: boolean;
  begin
    first := variants;
    values := nil;
    repeat
      place := tokenAt;
      parseOrdinal(follow + [comma, colon, leftParen], constant);
      if (constant.typ^.form <> errorForm) and (tagType^.form <> errorForm) then begin
        if (constant.typ^.host <> tagType^.host) or (constant.ordinal < tagType^.low) or
          (constant.ordinal > tagType^.high) then errorOfType(notATagValue, place, tagType)
        else begin
          known := variants;
          while known <> nil do begin
            if known^.value = constant.ordinal then begin
              errorOfType(variantTwice, place, tagType);
              lastError^.number := constant.ordinal
            end;
            known := known^.next
          end
        end;
        new(made);
        made^.value := constant.ordinal;
        made^.innerTagType := nil;
        made^.inner := nil;
        made^.next := variants;
        variants := made;
        new(value);
        value^.value := constant.ordinal;
        value^.next := values;
        values := value
      end;
      isMore := token = comma;
      if isMore then nextToken
    until not isMore
  end;

  { Each value of the tag's type has its variant. }
  procedure requireAll(tagType: typePtr; variants: variantPtr; place: integer);
    const mostValues = 1000;
    var value: integer;
        variant: variantPtr;
        isMissing: boolean;
  begin
    if tagType^.high div 2 - tagType^.low div 2 > mostValues then error(tagTypeLarge, place)
    else begin
      value := tagType^.low;
      isMissing := false;
      while (value <= tagType^.high) and not isMissing do begin
        variant := variants;
        isMissing := true;
        while variant <> nil do begin
          if variant^.value = value then isMissing := false;
          variant := variant^.next
        end;
        if isMissing then begin
          errorOfType(variantMissing, place, tagType);
          lastError^.number := value
        end;
        value := value + 1
      end
    end
  end;

  { What follows "case" in a record. }
  procedure variantPart(condition: conditionPtr; var at: integer; var tagType: typePtr; var variants: variantPtr);
    var tag: symbolPtr;
        typeAt, start, reached: integer;
        inner: conditionPtr;
        first, innerVariants, variant: variantPtr;
        innerTagType: typePtr;
        name: nameIndex;
  begin
    tag := nil;
    typeAt := tokenAt;
    name := tokenName;
    if token <> identifier then missing(identifier) else nextToken;
    if token = colon then begin
      tag := newSymbol(fieldSymbol, name, typeAt, errorType);
      nextToken;
      typeAt := tokenAt;
      tagType := namedType
    end else tagType := typeNamed(name, typeAt);
    if not (tagType^.form in [ordinalForm, errorForm]) then begin
      errorOfType(tagNotOrdinal, typeAt, tagType);
      tagType := errorType
    end;
    if tag <> nil then addField(tag, tagType, condition, true, at);
    expect(ofWord);
    variants := nil;
    start := at;
    while token in constantStart do begin
      new(inner);
      inner^.tag := tag;
      inner^.outer := condition;
      variantConstants(tagType, variants, first, inner^.values);
      expect(colon);
      expect(leftParen);
      reached := start;
      fieldList([rightParen] + follow, inner, reached, innerTagType, innerVariants);
      if reached > at then at := reached;
      expect(rightParen);
      variant := variants;
      while variant <> first do begin
        variant^.innerTagType := innerTagType;
        variant^.inner := innerVariants;
        variant := variant^.next
      end;
      if token = semicolon then nextToken
      else if token in constantStart then missing(semicolon)
      else skipTo(follow + [semicolon, endWord, rightParen], endWord)
    end;
    if tagType^.form = ordinalForm then requireAll(tagType, variants, typeAt)
  end;

  procedure fieldList;
    var field, following: symbolPtr;
        typ: typePtr;
  begin
    tagType := nil;
    variants := nil;
    while token = identifier do begin
      nameList(fieldSymbol, follow + [colon, semicolon], field);
      expect(colon);
      typ := parseType(follow + [semicolon, caseWord]);
      while field <> nil do begin
        following := field^.next;
        addField(field, typ, condition, false, at);
        field := following
      end;
      if token = semicolon then nextToken
      else if token in [identifier, caseWord] then missing(semicolon)
    end;
    if token = caseWord then begin
      nextToken;
      variantPart(condition, at, tagType, variants)
    end;
    if token = semicolon then nextToken
  end;

  procedure whole;
    var reached: integer;
  begin
    reached := 0;
    fieldList(follow + [endWord], nil, reached, made^.tagType, made^.variants);
    made^.recordBytes := alignUp(reached, made^.recordAlign);
    if made^.recordBytes < 4 then made^.recordBytes := 4
  end;

begin
  made := newSimple(recordForm);
  made^.isPacked := isPacked;
  made^.fields := nil;
  made^.recordBytes := 4;
  made^.recordAlign := 4;
  lastField := nil;
  whole;
  expect(endWord);
  recordType := made
end;

function setType(follow: tokenSet; isPacked: boolean): typePtr;
  var base: typePtr;
      place: integer;
begin
  expect(ofWord);
  place := tokenAt;
  base := ordinalType(follow);
  setType := errorType;
  if base^.form = ordinalForm then
    if (base^.low < 0) or (base^.high >= setElements) then error(setBounds, place)
    else setType := newSet(base, isPacked, false)
end;

function fileType(follow: tokenSet; isPacked: boolean): typePtr;
  var made, component: typePtr;
      place: integer;
begin
  expect(ofWord);
  place := tokenAt;
  component := parseType(follow);
  fileType := errorType;
  if holdsFile(component) then error(fileOfFiles, place)
  else begin
    made := newSimple(fileForm);
    made^.isPacked := isPacked;
    made^.component := component;
    made^.isText := false;
    fileType := made
  end
end;

function pointerType: typePtr;
  var made: typePtr;
      pending: pendingPtr;
begin
  nextToken;
  made := newSimple(pointerForm);
  made^.target := errorType;
  made^.targetName := 0;
  if token <> identifier then missing(identifier)
  else begin
    made^.targetName := tokenName;
    new(pending);
    pending^.typ := made;
    pending^.name := tokenName;
    pending^.at := tokenAt;
    pending^.next := pendingPointers;
    pendingPointers := pending;
    nextToken
  end;
  pointerType := made
end;

{ Once all types of a part are known, those that pointers lead to are. }
procedure finishPointers;
  var symbol: symbolPtr;
begin
  while pendingPointers <> nil do begin
    with pendingPointers^ do begin
      symbol := meaningOf(name, at);
      if symbol <> nil then
        if symbol^.kind = typeSymbol then typ^.target := symbol^.typ
        else errorNamed(notAType, at, name)
    end;
    pendingPointers := pendingPointers^.next
  end
end;

function parseType;
  var isPacked: boolean;
      place: integer;
begin
  parseType := errorType;
  nesting := nesting + 1;
  if nesting > maxNesting then giveUp('nesting   ');
  if not (token in typeStart) then begin
    error(unexpectedToken, tokenAt);
    lastError^.found := token;
    lastError^.wanted := typeWord
  end else if not (token in [arrow, packedWord, arrayWord, recordWord, setWord, fileWord]) then
    parseType := simpleType(follow)
  else if token = arrow then parseType := pointerType
  else begin
    isPacked := token = packedWord;
    if isPacked then nextToken;
    place := tokenAt;
    if token = arrayWord then begin
      nextToken;
      expect(leftBracket);
      parseType := arrayRest(follow, isPacked, place)
    end else if token = recordWord then begin
      nextToken;
      parseType := recordType(follow, isPacked)
    end else if token = setWord then begin
      nextToken;
      parseType := setType(follow, isPacked)
    end else if token = fileWord then begin
      nextToken;
      parseType := fileType(follow, isPacked)
    end else missing(arrayWord)
  end;
  nesting := nesting - 1;
  skipTo(follow, semicolon)
end;

{ ---- Parsing: expressions, section 6.7 ---- }

function expression(follow: tokenSet): nodePtr; forward;
function functionCall(symbol: symbolPtr; follow: tokenSet; place: integer): nodePtr; forward;

{ A field of a record that a with statement has brought into view. }
function fieldInView(name: nameIndex; var found: withPtr): symbolPtr;
  var field: symbolPtr;
begin
  found := withRecords;
  field := nil;
  while (found <> nil) and (field = nil) do begin
    field := fieldOf(found^.typ, name);
    if field = nil then found := found^.outer
  end;
  fieldInView := field
end;

procedure elementSelector(var node: nodePtr; follow: tokenSet);
  var index: nodePtr;
      typ: typePtr;
      place: integer;
      isMore: boolean;
begin
  place := tokenAt;
  repeat
    nextToken;
    index := expression(follow + [comma, rightBracket]);
    typ := node^.typ;
    if typ^.form <> errorForm then
      if typ^.form <> arrayForm then begin
        errorOfType(notArray, place, typ);
        node := wrong(place)
      end else begin
        if not areCompatible(typ^.index, index^.typ) then
          errorOfTypes(indexDoesNotFit, index^.at, index^.typ, typ^.index)
        else if index^.kind = ordinalNode then
          if (index^.ordinal < typ^.index^.low) or (index^.ordinal > typ^.index^.high) then
            errorOfType(outsideRange, index^.at, typ^.index);
        node := newOperation(elementNode, 0, node, index, typ^.element, place);
        node^.partAt := index^.at
      end;
    isMore := token = comma
  until not isMore;
  expect(rightBracket)
end;

procedure fieldSelector(var node: nodePtr);
  var field: symbolPtr;
      made: nodePtr;
      place: integer;
begin
  place := tokenAt;
  nextToken;
  if token <> identifier then begin
    missing(identifier);
    node := wrong(place)
  end else begin
    field := nil;
    if node^.typ^.form = recordForm then begin
      field := fieldOf(node^.typ, tokenName);
      if field = nil then errorNamed(noField, tokenAt, tokenName)
    end else if node^.typ^.form <> errorForm then errorOfType(notRecord, place, node^.typ);
    if field = nil then node := wrong(place)
    else begin
      made := newSymbolNode(fieldNode, field, field^.typ, place);
      made^.partAt := tokenAt;
      made^.left := node;
      made^.calls := node^.calls;
      node := made
    end;
    nextToken
  end
end;

{ Indices, fields and arrows. }
procedure selectors(var node: nodePtr; follow: tokenSet);
  var place: integer;
begin
  while token in [leftBracket, point, arrow] do
    if token = leftBracket then elementSelector(node, follow)
    else if token = point then fieldSelector(node)
    else begin
      place := tokenAt;
      nextToken;
      if node^.typ^.form = pointerForm then
        node := newOperation(targetNode, 0, node, nil, node^.typ^.target, place)
      else if node^.typ^.form = fileForm then
        node := newOperation(bufferNode, 0, node, nil, node^.typ^.component, place)
      else begin
        if node^.typ^.form <> errorForm then errorOfType(notPointer, place, node^.typ);
        node := wrong(place)
      end
    end
end;

{ What a name with selectors stands for as a variable. }
function variableOf(symbol: symbolPtr; place: integer): nodePtr;
begin
  if symbol^.level <> level then symbol^.isShared := true;
  variableOf := newSymbolNode(variableNode, symbol, symbol^.typ, place)
end;

function constantNode(var constant: constantRec; place: integer): nodePtr;
  var made: nodePtr;
begin
  case constant.typ^.form of
    ordinalForm: made := newOrdinalNode(constant.typ, constant.ordinal, place);
    realForm: begin
      made := newNode(realNode, realType, place);
      made^.number := constant.number
    end;
    arrayForm: begin
      made := newNode(stringNode, constant.typ, place);
      made^.start := constant.start;
      made^.length := constant.length
    end;
    errorForm: made := wrong(place)
  end;
  constantNode := made
end;

{ Passes the arguments of what cannot be called. }
procedure passArguments(follow: tokenSet);
  var node: nodePtr;
begin
  repeat
    nextToken;
    node := expression(follow + [comma, rightParen])
  until token <> comma;
  expect(rightParen)
end;

{ A variable, a constant or a call. }
function named(follow: tokenSet): nodePtr;
  var symbol: symbolPtr;
      found: withPtr;
      node: nodePtr;
      place: integer;
      name: nameIndex;
begin
  place := tokenAt;
  name := tokenName;
  symbol := fieldInView(name, found);
  if symbol <> nil then begin
    node := newSymbolNode(withFieldNode, symbol, symbol^.typ, place);
    node^.withPart := found;
    nextToken
  end else begin
    symbol := meaningOf(name, place);
    nextToken;
    node := nil;
    if symbol = nil then node := wrong(place)
    else
      case symbol^.kind of
        constantSymbol: node := constantNode(symbol^.constant, place);
        variableSymbol: node := variableOf(symbol, place);
        boundSymbol: node := newSymbolNode(boundNode, symbol, symbol^.typ, place);
        routineSymbol, standardSymbol: node := functionCall(symbol, follow, place);
        typeSymbol: begin
          errorNamed(notAVariable, place, name);
          node := wrong(place)
        end
      end
  end;
  selectors(node, follow);
  { A call would have taken its arguments. }
  if token = leftParen then begin
    if node^.typ^.form <> errorForm then errorNamed(notARoutine, place, name);
    passArguments(follow);
    node := wrong(place)
  end;
  named := node
end;

function negated(operand: nodePtr; place: integer): nodePtr;
  var made: nodePtr;
begin
  if operand^.kind = ordinalNode then negated := newOrdinalNode(integerType, -operand^.ordinal, place)
  else if operand^.kind = realNode then begin
    made := newNode(realNode, realType, place);
    made^.number := -operand^.number;
    negated := made
  end else begin
    if isInteger(operand^.typ) then made := newUnary(opNeg, operand, integerType)
    else made := newUnary(opFneg, operand, realType);
    made^.at := place;
    negated := made
  end
end;

procedure operandMisfit(operator: tokenKind; place: integer; typ: typePtr; var node: nodePtr);
begin
  if typ^.form <> errorForm then begin
    errorOfType(operandDoesNotFit, place, typ);
    lastError^.found := operator
  end;
  node := wrong(place)
end;

{ Section 6.7.1 }
function setConstructor(follow: tokenSet): nodePtr;
  var node: nodePtr;
      base: typePtr;
      member, last: memberPtr;
      place: integer;
      isMore, isWrong: boolean;

  function element: nodePtr;
    var part: nodePtr;
  begin
    part := expression(follow + [comma, rightBracket, twoPoints]);
    if part^.typ^.form = errorForm then isWrong := true
    else if part^.typ^.form <> ordinalForm then begin
      errorOfType(elementType, part^.at, part^.typ);
      isWrong := true
    end else if (base <> nil) and (base <> part^.typ^.host) then begin
      errorOfType(elementType, part^.at, part^.typ);
      isWrong := true
    end else begin
      base := part^.typ^.host;
      if part^.kind = ordinalNode then
        if (part^.ordinal < 0) or (part^.ordinal >= setElements) then error(setBounds, part^.at)
    end;
    node^.calls := node^.calls or part^.calls;
    element := part
  end;

begin
  place := tokenAt;
  nextToken;
  node := newNode(setNode, emptySetType, place);
  node^.members := nil;
  base := nil;
  last := nil;
  isWrong := false;
  if token <> rightBracket then
    repeat
      new(member);
      member^.next := nil;
      if last = nil then node^.members := member else last^.next := member;
      last := member;
      member^.first := element;
      member^.last := nil;
      if token = twoPoints then begin
        nextToken;
        member^.last := element
      end;
      isMore := token = comma;
      if isMore then nextToken
    until not isMore;
  expect(rightBracket);
  if isWrong then setConstructor := wrong(place)
  else begin
    node^.typ := newSet(base, false, true);
    setConstructor := node
  end
end;

function factor(follow: tokenSet): nodePtr;
  var node: nodePtr;
      constant: constantRec;
      place: integer;
begin
  place := tokenAt;
  nesting := nesting + 1;
  if nesting > maxNesting then giveUp('nesting   ');
  if not (token in expressionStart - [plus, minus]) then begin
    error(unexpectedToken, tokenAt);
    lastError^.found := token;
    lastError^.wanted := identifier;
    node := wrong(place);
    if not (token in follow) then nextToken
  end else
    case token of
      identifier: node := named(follow);
      integerNumber: begin
        node := newOrdinalNode(integerType, tokenValue, place);
        nextToken
      end;
      realNumber: begin
        node := newNode(realNode, realType, place);
        node^.number := tokenReal;
        nextToken
      end;
      stringText: begin
        textConstant(constant);
        node := constantNode(constant, place);
        nextToken
      end;
      nilWord: begin
        node := newNode(nilNode, nilType, place);
        nextToken
      end;
      leftParen: begin
        nextToken;
        node := expression(follow + [rightParen]);
        { What is in parentheses is a value, also where it is a variable. }
        if isDesignator(node) then node := newUnary(0, node, node^.typ);
        expect(rightParen)
      end;
      leftBracket: node := setConstructor(follow);
      notWord: begin
        nextToken;
        node := factor(follow);
        if isBoolean(node^.typ) then begin
          node := newUnary(opNot, node, booleanType);
          node^.at := place
        end else operandMisfit(notWord, place, node^.typ, node)
      end
    end;
  nesting := nesting - 1;
  factor := node
end;

{ The instruction for an operator on integers; the one on reals is as far behind opFadd. }
function arithmetic(operator: tokenKind): integer;
begin
  case operator of
    plus: arithmetic := opAdd;
    minus: arithmetic := opSub;
    times: arithmetic := opMul
  end
end;

{ Sums, products and operations on sets; nil where the operands do not fit. }
function sum(operator: tokenKind; left, right: nodePtr; place: integer): nodePtr;
  var typ: typePtr;
      operation: integer;
begin
  sum := nil;
  operation := arithmetic(operator);
  if (left^.typ^.form = setForm) and (right^.typ^.form = setForm) then begin
    if areCompatible(left^.typ, right^.typ) then begin
      adaptSet(left, right^.typ);
      adaptSet(right, left^.typ);
      if left^.typ^.isConstructor then typ := right^.typ else typ := left^.typ;
      if typ^.base <> nil then typ := newSet(typ^.base^.host, typ^.isPacked, typ^.isConstructor);
      case operator of
        plus: operation := opUni;
        minus: operation := opDif;
        times: operation := opInt
      end;
      sum := newOperation(setOperationNode, operation, left, right, typ, place)
    end
  end else if isNumber(left^.typ) and isNumber(right^.typ) then
    if isInteger(left^.typ) and isInteger(right^.typ) then
      sum := newBinary(operation, left, right, integerType, place)
    else
      sum := newBinary(operation - opAdd + opFadd, toReal(left), toReal(right), realType, place)
end;

function division(operator: tokenKind; left, right: nodePtr; place: integer): nodePtr;
begin
  division := nil;
  if isInteger(left^.typ) and isInteger(right^.typ) then begin
    if right^.kind = ordinalNode then
      if right^.ordinal = 0 then error(divisionByZero, right^.at)
      else if (operator = modWord) and (right^.ordinal < 0) then error(modNegative, right^.at);
    if operator = divWord then division := newBinary(opDiv, left, right, integerType, place)
    else division := newBinary(opMod, left, right, integerType, place)
  end
end;

{ Section 6.7.2.5 }
function comparison(operator: tokenKind; left, right: nodePtr; place: integer): nodePtr;
  var operation: integer;
      one, other: typePtr;
begin
  comparison := nil;
  one := left^.typ;
  other := right^.typ;
  case operator of
    equal: operation := opEq;
    unequal: operation := opNe;
    less: operation := opLt;
    atMost: operation := opLe;
    greater: operation := opGt;
    atLeast: operation := opGe
  end;
  if isNumber(one) and isNumber(other) and ((one^.form = realForm) or (other^.form = realForm)) then
    comparison := newBinary(operation - opEq + opFeq, toReal(left), toReal(right), booleanType, place)
  else if areCompatible(one, other) then
    if one^.form = ordinalForm then comparison := newBinary(operation, left, right, booleanType, place)
    else if stringLengthOf(one) > 0 then
      comparison := newOperation(stringCompareNode, operation, left, right, booleanType, place)
    else if one^.form = setForm then begin
      adaptSet(left, other);
      adaptSet(right, one);
      if not (operator in [less, greater]) then
        comparison := newOperation(setCompareNode, operation, left, right, booleanType, place)
    end else if (one^.form in [pointerForm, nilForm]) and (operator in [equal, unequal]) then
      comparison := newBinary(operation, left, right, booleanType, place)
end;

function membership(left, right: nodePtr; place: integer): nodePtr;
  var isFitting: boolean;
begin
  membership := nil;
  if (right^.typ^.form = setForm) and (left^.typ^.form = ordinalForm) then begin
    isFitting := right^.typ^.base = nil;
    if not isFitting then isFitting := right^.typ^.base^.host = left^.typ^.host;
    if isFitting then membership := newOperation(inNode, 0, left, right, booleanType, place)
  end
end;

{ The result of an operator of two operands. }
function operated(operator: tokenKind; left, right: nodePtr; place: integer): nodePtr;
  var node: nodePtr;
begin
  if (left^.typ^.form = errorForm) or (right^.typ^.form = errorForm) then node := wrong(place)
  else begin
    node := nil;
    case operator of
      plus, minus, times: node := sum(operator, left, right, place);
      slash:
        if isNumber(left^.typ) and isNumber(right^.typ) then
          node := newBinary(opFdiv, toReal(left), toReal(right), realType, place);
      divWord, modWord: node := division(operator, left, right, place);
      andWord:
        if isBoolean(left^.typ) and isBoolean(right^.typ) then
          node := newOperation(andNode, 0, left, right, booleanType, place);
      orWord:
        if isBoolean(left^.typ) and isBoolean(right^.typ) then
          node := newOperation(orNode, 0, left, right, booleanType, place);
      equal, unequal, less, atMost, greater, atLeast: node := comparison(operator, left, right, place);
      inWord: node := membership(left, right, place)
    end;
    if node = nil then begin
      errorOfTypes(operandsDoNotFit, place, left^.typ, right^.typ);
      lastError^.found := operator;
      node := wrong(place)
    end
  end;
  operated := node
end;

function term(follow: tokenSet): nodePtr;
  var node: nodePtr;
      operator: tokenKind;
      place: integer;
begin
  node := factor(follow + [times, slash, divWord, modWord, andWord]);
  while token in [times, slash, divWord, modWord, andWord] do begin
    operator := token;
    place := tokenAt;
    nextToken;
    node := operated(operator, node, factor(follow + [times, slash, divWord, modWord, andWord]), place)
  end;
  term := node
end;

function simpleExpression(follow: tokenSet): nodePtr;
  var node: nodePtr;
      operator, sign: tokenKind;
      place: integer;
begin
  place := tokenAt;
  sign := token;
  if sign in [plus, minus] then nextToken;
  node := term(follow + [plus, minus, orWord]);
  if sign in [plus, minus] then
    if not isNumber(node^.typ) then operandMisfit(sign, place, node^.typ, node)
    else if sign = minus then node := negated(node, place)
    else if isDesignator(node) then node := newUnary(0, node, node^.typ);
  while token in [plus, minus, orWord] do begin
    operator := token;
    place := tokenAt;
    nextToken;
    node := operated(operator, node, term(follow + [plus, minus, orWord]), place)
  end;
  simpleExpression := node
end;

function expression;
  var node: nodePtr;
      operator: tokenKind;
      place: integer;
begin
  node := simpleExpression(follow + comparisons);
  if token in comparisons then begin
    operator := token;
    place := tokenAt;
    nextToken;
    node := operated(operator, node, simpleExpression(follow + comparisons), place);
    if token in comparisons then begin
      error(unexpectedToken, tokenAt);
      lastError^.found := token;
      lastError^.wanted := andWord;
      nextToken;
      node := simpleExpression(follow)
    end
  end;
  expression := node
end;

{ A Boolean expression. }
function condition(follow: tokenSet): nodePtr;
  var node: nodePtr;
begin
  node := expression(follow);
  if not isBoolean(node^.typ) and (node^.typ^.form <> errorForm) then
    errorOfType(notBoolean, node^.at, node^.typ);
  condition := node
end;

{ ---- Parsing: calls, sections 6.6.3 and 6.7.3 ---- }

{ A value as one of a type that it is given to; what does not fit becomes wrong. }
function fitted(typ: typePtr; node: nodePtr): nodePtr;
begin
  fitted := node;
  if (typ^.form = errorForm) or (node^.typ^.form = errorForm) then fitted := wrong(node^.at)
  else if not isAssignable(typ, node^.typ) then begin
    errorOfTypes(doesNotFit, node^.at, node^.typ, typ);
    fitted := wrong(node^.at)
  end else begin
    if (typ^.form = ordinalForm) and (node^.kind = ordinalNode) then
      if (node^.ordinal < typ^.low) or (node^.ordinal > typ^.high) then
        errorOfType(outsideRange, node^.at, typ);
    if typ^.form = realForm then fitted := toReal(node)
    else if typ^.form = setForm then adaptSet(node, typ)
  end
end;

{ Notes that a variable may be given another value here. Section 6.8.3.9. }
procedure changes(node: nodePtr);
begin
  if node^.kind = variableNode then begin
    if node^.symbol^.controls > 0 then errorNamed(controlChanged, node^.at, node^.symbol^.name);
    if node^.symbol^.level < level then node^.symbol^.changedInside := true
  end
end;

{ An argument for a variable parameter. Section 6.6.3.3. }
procedure checkVariable(parameter: symbolPtr; node: nodePtr);
begin
  if node^.typ^.form <> errorForm then
    if not isDesignator(node) then errorNamed(variableNeeded, node^.at, parameter^.name)
    else begin
      if isPackedComponent(node) then error(packedArgument, node^.at)
      else if node^.kind in [fieldNode, withFieldNode] then
        if node^.symbol^.isTag then error(tagArgument, node^.at);
      if node^.kind = variableNode then node^.symbol^.isShared := true;
      changes(node);
      if (node^.typ <> parameter^.typ) and (parameter^.typ^.form <> errorForm) and
        not isConformant(parameter^.typ) then begin
        errorOfTypes(otherArgumentType, node^.at, node^.typ, parameter^.typ);
        lastError^.name := parameter^.name
      end
    end
end;

{ Whether an array may be one for a conformant parameter. Section 6.6.3.8. }
function conforms(wanted, found: typePtr): boolean;
  var isFitting: boolean;
begin
  isFitting := found^.form = arrayForm;
  if isFitting then isFitting := (found^.isPacked = wanted^.isPacked) and areCompatible(found^.index, wanted^.index);
  if isFitting and not isConformant(found) then
    isFitting := (found^.index^.low >= wanted^.index^.low) and (found^.index^.high <= wanted^.index^.high);
  if isFitting then
    if isConformant(wanted^.element) then isFitting := conforms(wanted^.element, found^.element)
    else isFitting := wanted^.element = found^.element;
  conforms := isFitting
end;

{ An argument for a conformant array; before is the one of the same section before it, if there is one. }
procedure checkArray(argument, before: argumentPtr; node: nodePtr);
  var parameter: symbolPtr;
begin
  parameter := argument^.parameter;
  if node^.typ^.form <> errorForm then begin
    if not parameter^.isCopied then checkVariable(parameter, node);
    if not conforms(parameter^.typ, node^.typ) then begin
      errorOfTypes(doesNotConform, node^.at, node^.typ, parameter^.typ);
      lastError^.name := parameter^.name
    end else if before <> nil then
      if (before^.parameter^.section = parameter^.section) and (before^.value <> nil) then
        if (before^.value^.typ <> node^.typ) and ((stringLengthOf(node^.typ) = 0) or
          (stringLengthOf(node^.typ) <> stringLengthOf(before^.value^.typ))) then error(sectionDiffers, node^.at)
  end
end;

{ Whether the types of two parameters are as good as one. }
function areEquivalent(one, other: typePtr): boolean;
begin
  areEquivalent := one = other;
  if isConformant(one) and isConformant(other) then
    areEquivalent := (one^.isPacked = other^.isPacked) and (one^.index = other^.index) and
      areEquivalent(one^.element, other^.element)
end;

{ Section 6.6.3.6 }
function areCongruous(one, other: symbolPtr): boolean;
  var first, second: symbolPtr;
      isSame: boolean;
begin
  isSame := (one^.typ = other^.typ) and (one^.isFunction = other^.isFunction);
  first := one^.parameters;
  second := other^.parameters;
  while isSame and (first <> nil) and (second <> nil) do begin
    if first^.kind <> second^.kind then isSame := false
    else if first^.kind = routineSymbol then isSame := areCongruous(first, second)
    else isSame := areEquivalent(first^.typ, second^.typ) and (first^.isReference = second^.isReference) and
      (first^.isCopied = second^.isCopied);
    if isSame and (first^.next <> nil) and (second^.next <> nil) then
      isSame := (first^.section = first^.next^.section) = (second^.section = second^.next^.section);
    first := first^.next;
    second := second^.next
  end;
  areCongruous := isSame and (first = nil) and (second = nil)
end;

procedure routineArgument(argument: argumentPtr; follow: tokenSet);
  var symbol: symbolPtr;
      parameter: symbolPtr;
begin
  parameter := argument^.parameter;
  if token <> identifier then begin
    errorNamed(routineNeeded, tokenAt, parameter^.name);
    skipTo(follow, rightParen)
  end else begin
    symbol := meaningOf(tokenName, tokenAt);
    if symbol <> nil then
      if symbol^.kind = standardSymbol then errorNamed(standardRoutine, tokenAt, tokenName)
      else if symbol^.kind <> routineSymbol then errorNamed(routineNeeded, tokenAt, parameter^.name)
      else if symbol^.isFunction <> parameter^.isFunction then
        errorNamed(routineNeeded, tokenAt, parameter^.name)
      else if not areCongruous(parameter, symbol) then errorNamed(routineDiffers, tokenAt, parameter^.name);
    argument^.routine := symbol;
    nextToken
  end
end;

{ Arguments in parentheses, if there are any. }
procedure parseArguments(routine: symbolPtr; follow: tokenSet; place: integer; var first: argumentPtr;
  var calls: boolean);
  var argument, last: argumentPtr;
      parameter, known: symbolPtr;
      node: nodePtr;
      given, wanted: integer;
      isMore: boolean;
begin
  first := nil;
  last := nil;
  given := 0;
  calls := false;
  parameter := routine^.parameters;
  if token = leftParen then begin
    nextToken;
    if token = rightParen then error(emptyParentheses, tokenAt)
    else
      repeat
        given := given + 1;
        new(argument);
        argument^.parameter := parameter;
        argument^.value := nil;
        argument^.routine := nil;
        argument^.next := nil;
        known := parameter;
        if known = nil then node := expression(follow + [comma, rightParen, colon])
        else if known^.kind = routineSymbol then routineArgument(argument, follow + [comma, rightParen])
        else begin
          node := expression(follow + [comma, rightParen, colon]);
          if isConformant(known^.typ) then checkArray(argument, last, node)
          else if known^.isReference then checkVariable(known, node)
          else node := fitted(known^.typ, node);
          calls := calls or node^.calls;
          argument^.value := node
        end;
        if last = nil then first := argument else last^.next := argument;
        last := argument;
        if parameter <> nil then parameter := parameter^.next;
        while token = colon do begin
          error(widthHere, tokenAt);
          nextToken;
          node := expression(follow + [comma, rightParen, colon])
        end;
        isMore := token = comma;
        if isMore then nextToken
      until not isMore;
    expect(rightParen)
  end;
  wanted := 0;
  parameter := routine^.parameters;
  while parameter <> nil do begin
    wanted := wanted + 1;
    parameter := parameter^.next
  end;
  if wanted <> given then begin
    errorNamed(argumentCount, place, routine^.name);
    lastError^.number := wanted;
    lastError^.other := given
  end
end;

{ A file that is meant where none is named. Section 6.10. }
function standardFile(symbol: symbolPtr; name: nameIndex; place: integer): nodePtr;
begin
  if symbol = nil then begin
    errorNamed(notDeclared, place, name);
    standardFile := wrong(place)
  end else standardFile := variableOf(symbol, place)
end;

{ The required functions: section 6.6.6 }

function fileStatus(standard: standardName; follow: tokenSet; place: integer): nodePtr;
  var node: nodePtr;
      isFitting: boolean;
begin
  if token = leftParen then begin
    nextToken;
    node := expression(follow + [rightParen]);
    expect(rightParen)
  end else node := standardFile(inputSymbol, inputName, place);
  isFitting := (node^.typ^.form = fileForm) and isDesignator(node);
  if isFitting and (standard = stEoln) then isFitting := node^.typ^.isText;
  if not isFitting then begin
    if node^.typ^.form <> errorForm then errorOfType(fileNeeded, node^.at, node^.typ);
    fileStatus := wrong(place)
  end else if standard = stEof then
    fileStatus := newOperation(fileStatusNode, svEof, node, nil, booleanType, place)
  else fileStatus := newOperation(fileStatusNode, svEoln, node, nil, booleanType, place)
end;

function realFunction(standard: standardName; operand: nodePtr; place: integer): nodePtr;
  var service: integer;
begin
  operand := toReal(operand);
  case standard of
    stSin: service := svSin;
    stCos: service := svCos;
    stExp: service := svExp;
    stLn: service := svLn;
    stArctan: service := svArctan;
    stSqrt: service := noValue
  end;
  if standard = stSqrt then realFunction := newOperation(unaryNode, opFsqrt, operand, nil, realType, place)
  else realFunction := newOperation(serviceNode, service, operand, nil, realType, place)
end;

{ The ordinal number of a value: an integer, of which is known what it can be. }
function ordinalNumber(operand: nodePtr; place: integer): nodePtr;
  var low, high: integer;
begin
  if operand^.kind = ordinalNode then ordinalNumber := newOrdinalNode(integerType, operand^.ordinal, place)
  else begin
    rangeOf(operand, low, high);
    ordinalNumber := newOperation(unaryNode, 0, operand, nil, newSubrange(integerType, low, high), place)
  end
end;

function ordinalFunction(standard: standardName; operand: nodePtr; place: integer): nodePtr;
  var node: nodePtr;
begin
  node := nil;
  if standard = stOrd then node := ordinalNumber(operand, place)
  else if standard = stChr then begin
    if isInteger(operand^.typ) then begin
      node := newOperation(withinNode, 0, operand, nil, charType, place);
      node^.low := 0;
      node^.high := 255;
      node^.means := chrFailure
    end
  end else begin
    node := newOperation(stepNode, 0, operand, nil, operand^.typ^.host, place);
    if standard = stSucc then node^.ordinal := 1 else node^.ordinal := -1
  end;
  ordinalFunction := node
end;

function standardFunction(symbol: symbolPtr; follow: tokenSet; place: integer): nodePtr;
  var operand, node: nodePtr;
      typ: typePtr;
begin
  node := nil;
  if symbol^.standard in [stEof, stEoln] then node := fileStatus(symbol^.standard, follow, place)
  else if token <> leftParen then begin
    errorNamed(oneArgument, place, symbol^.name);
    node := wrong(place)
  end else begin
    nextToken;
    operand := expression(follow + [comma, rightParen]);
    typ := operand^.typ;
    if typ^.form = errorForm then node := operand
    else
      case symbol^.standard of
        stAbs:
          if isInteger(typ) then node := newOperation(unaryNode, opAbs, operand, nil, integerType, place)
          else if isNumber(typ) then node := newOperation(unaryNode, opFabs, operand, nil, realType, place);
        stSqr:
          if isInteger(typ) then node := newOperation(unaryNode, opSqr, operand, nil, integerType, place)
          else if isNumber(typ) then node := newOperation(unaryNode, opFsqr, operand, nil, realType, place);
        stSin, stCos, stExp, stLn, stSqrt, stArctan:
          if isNumber(typ) then node := realFunction(symbol^.standard, operand, place);
        stTrunc:
          if typ^.form = realForm then
            node := newOperation(unaryNode, opTrunc, operand, nil, integerType, place);
        stRound:
          if typ^.form = realForm then
            node := newOperation(unaryNode, opRound, operand, nil, integerType, place);
        stOrd, stChr, stSucc, stPred:
          if typ^.form = ordinalForm then node := ordinalFunction(symbol^.standard, operand, place);
        stOdd:
          if isInteger(typ) then node := newOperation(unaryNode, opOdd, operand, nil, booleanType, place)
      end;
    if node = nil then begin
      errorNamed(noSuchArgument, operand^.at, symbol^.name);
      lastError^.one := typ;
      node := wrong(place)
    end;
    while token = comma do begin
      errorNamed(oneArgument, place, symbol^.name);
      nextToken;
      operand := expression(follow + [comma, rightParen])
    end;
    expect(rightParen)
  end;
  standardFunction := node
end;

function functionCall;
  var node: nodePtr;
      calls: boolean;
begin
  if symbol^.kind = standardSymbol then
    if symbol^.standard <= stEoln then functionCall := standardFunction(symbol, follow, place)
    else begin
      errorNamed(procedureHasNoValue, place, symbol^.name);
      functionCall := wrong(place)
    end
  else begin
    node := newSymbolNode(callNode, symbol, symbol^.typ, place);
    parseArguments(symbol, follow, place, node^.arguments, calls);
    node^.calls := true;
    if symbol^.isFunction then functionCall := node
    else begin
      errorNamed(procedureHasNoValue, place, symbol^.name);
      functionCall := wrong(place)
    end
  end
end;

{ ---- Parsing: statements, section 6.8 ---- }

procedure statement(follow: tokenSet); forward;

{ Code is made only as long as nothing is wrong. }
function isSound: boolean;
begin
  isSound := errors = nil
end;

{ A statement inside a structured one, into which no goto leads. }
procedure innerStatement(follow: tokenSet);
  var inner: insidePtr;
begin
  new(inner);
  inner^.outer := scopes[level].inside;
  scopes[level].inside := inner;
  statement(follow);
  scopes[level].inside := inner^.outer
end;

{ Statements up to the word that ends them, which is passed. }
procedure statementSequence(closing: tokenKind; follow: tokenSet);
  var isMore: boolean;
begin
  repeat
    statement(follow + [semicolon, closing]);
    isMore := token in statementStart + [semicolon, elseWord];
    if token = semicolon then nextToken
    else if token = elseWord then begin
      error(elseAlone, tokenAt);
      nextToken
    end else if isMore then missing(semicolon)
  until not isMore;
  expect(closing)
end;

procedure innerSequence(closing: tokenKind; follow: tokenSet);
  var inner: insidePtr;
begin
  new(inner);
  inner^.outer := scopes[level].inside;
  scopes[level].inside := inner;
  nextToken;
  statementSequence(closing, follow);
  scopes[level].inside := inner^.outer
end;

{ Labels: sections 6.8.1 and 6.8.2.4 }

{ A goto leads out of statements, never into one. }
procedure checkJump(target: labelPtr; jump: jumpPtr);
  var round: insidePtr;
begin
  if jump^.level > target^.level then round := nil
  else begin
    round := jump^.inside;
    while (round <> nil) and (round <> target^.inside) do round := round^.outer
  end;
  if round <> target^.inside then errorNumbered(gotoInto, jump^.at, target^.value)
end;

function labelHere(block, wanted: integer): labelPtr;
  var known: labelPtr;
      searching: boolean;
begin
  known := scopes[block].labels;
  searching := known <> nil;
  while searching do
    if known^.value = wanted then searching := false
    else begin
      known := known^.next;
      searching := known <> nil
    end;
  labelHere := known
end;

procedure markStatement;
  var known: labelPtr;
      jump: jumpPtr;
begin
  known := labelHere(level, tokenValue);
  if known = nil then errorNumbered(labelUndeclared, tokenAt, tokenValue)
  else if known^.isPlaced then errorNumbered(labelMarksTwo, tokenAt, tokenValue)
  else begin
    known^.isPlaced := true;
    known^.inside := scopes[level].inside;
    placeLabel(known^.entry);
    jump := known^.jumps;
    while jump <> nil do begin
      checkJump(known, jump);
      jump := jump^.next
    end
  end;
  nextToken;
  expect(colon)
end;

procedure gotoStatement;
  var known: labelPtr;
      jump: jumpPtr;
      block: integer;
begin
  nextToken;
  if token <> integerNumber then missing(integerNumber)
  else begin
    block := level;
    known := labelHere(block, tokenValue);
    while (known = nil) and (block > 0) do begin
      block := block - 1;
      known := labelHere(block, tokenValue)
    end;
    if known = nil then errorNumbered(labelUndeclared, tokenAt, tokenValue)
    else begin
      new(jump);
      jump^.at := tokenAt;
      jump^.level := level;
      jump^.inside := scopes[level].inside;
      jump^.next := known^.jumps;
      known^.jumps := jump;
      if known^.isPlaced then checkJump(known, jump);
      if block <> level then begin
        if block > 0 then pushFrame(block)
        else if isImmediate(globalBytes) then emit(opLag, globalBytes)
        else begin
          emit(opLag, 0);
          emitAdd(globalBytes)
        end;
        emit(opUnwind, 0)
      end;
      emit(opJmp, known^.entry)
    end;
    nextToken
  end
end;

{ The required procedures: sections 6.6.5 and 6.9 }

{ The first argument, after its parenthesis; a file, or nil and what it is instead. }
procedure leadingFile(follow: tokenSet; var fileNode, first: nodePtr);
begin
  fileNode := nil;
  first := nil;
  if token = leftParen then begin
    nextToken;
    if token = rightParen then begin
      error(emptyParentheses, tokenAt);
      first := wrong(tokenAt)
    end else first := expression(follow + [comma, colon, rightParen]);
    if (first^.typ^.form = fileForm) and isDesignator(first) then begin
      fileNode := first;
      first := nil
    end
  end
end;

procedure readVariable(fileNode, target: nodePtr);
  var place: placeRec;
      typ: typePtr;
begin
  hoist(fileNode);
  hoist(target);
  typ := target^.typ;
  variablePlace(target, place);
  prepareStore(place);
  pushVariable(fileNode);
  mark(target^.at);
  if isInteger(typ) then emitService(svReadInteger)
  else if isChar(typ) then emitService(svReadChar)
  else emitService(svReadReal);
  if typ^.form = ordinalForm then
    if typ^.host <> typ then checkRange(typ^.low, typ^.high, rangeFailure);
  store(place, storageOf(typ, isPackedComponent(target)))
end;

procedure fileService(service: integer; fileNode: nodePtr; place: integer);
begin
  if isSound then begin
    hoist(fileNode);
    pushVariable(fileNode);
    mark(place);
    emitService(service)
  end
end;

{ One variable that is read, section 6.9.1 and 6.6.5.2. }
procedure readOne(fileNode, target: nodePtr);
  var typ: typePtr;
      buffer: nodePtr;
begin
  typ := target^.typ;
  if (typ^.form <> errorForm) and (fileNode^.typ^.form <> errorForm) then
    if not isDesignator(target) then error(notAVariable, target^.at)
    else begin
      changes(target);
      if fileNode^.typ^.isText then begin
        if not isNumber(typ) and not isChar(typ) then errorOfType(cannotRead, target^.at, typ)
        else if isSound then readVariable(fileNode, target)
      end else begin
        buffer := newOperation(bufferNode, 0, fileNode, nil, fileNode^.typ^.component, target^.at);
        buffer := fitted(typ, buffer);
        if isSound then begin
          assign(target, buffer, target^.at);
          fileService(svGet, fileNode, target^.at)
        end
      end
    end
end;

procedure readStatement(symbol: symbolPtr; follow: tokenSet; place: integer);
  var fileNode, target: nodePtr;
      hasTargets: boolean;
begin
  hasTargets := token = leftParen;
  leadingFile(follow, fileNode, target);
  if fileNode = nil then fileNode := standardFile(inputSymbol, inputName, place)
  else begin
    hasTargets := token = comma;
    if hasTargets then begin
      nextToken;
      target := expression(follow + [comma, rightParen])
    end else expect(rightParen)
  end;
  if hasTargets then begin
    readOne(fileNode, target);
    while token = comma do begin
      nextToken;
      readOne(fileNode, expression(follow + [comma, rightParen]))
    end;
    if token = colon then begin
      error(widthHere, tokenAt);
      skipTo(follow + [rightParen], rightParen)
    end;
    expect(rightParen)
  end else if symbol^.standard = stRead then error(nothingToRead, place);
  if (symbol^.standard = stReadln) and (fileNode^.typ^.form <> errorForm) then
    if not fileNode^.typ^.isText then error(textFileNeeded, place)
    else fileService(svReadLine, fileNode, place)
end;

{ A field width, or the digits after a point. }
function widthPart(follow: tokenSet): nodePtr;
  var node: nodePtr;
begin
  nextToken;
  node := expression(follow);
  if node^.typ^.form <> errorForm then
    if not isInteger(node^.typ) then errorOfType(widthType, node^.at, node^.typ)
    else if node^.kind = ordinalNode then
      if node^.ordinal < 1 then error(widthSmall, node^.at);
  widthPart := node
end;

procedure pushWidth(width: nodePtr; typ: typePtr);
begin
  if width <> nil then begin
    value(width, true);
    if width^.kind <> ordinalNode then begin
      mark(width^.at);
      checkRange(1, maxint, widthFailure)
    end
  end else if isInteger(typ) then emitInteger(integerWidth)
  else if isBoolean(typ) then emitInteger(booleanWidth)
  else if isChar(typ) then emitInteger(1)
  else if typ^.form = realForm then emitInteger(realWidth)
  else emitInteger(stringLengthOf(typ))
end;

procedure writeText(fileNode, item, width, fraction: nodePtr);
  var typ: typePtr;
begin
  typ := item^.typ;
  hoist(fileNode);
  hoist(item);
  if width <> nil then hoist(width);
  if fraction <> nil then hoist(fraction);
  pushVariable(fileNode);
  value(item, true);
  if stringLengthOf(typ) > 0 then emitInteger(stringLengthOf(typ));
  pushWidth(width, typ);
  if fraction <> nil then pushWidth(fraction, typ);
  mark(item^.at);
  if fraction <> nil then emitService(svWriteFixed)
  else if isInteger(typ) then emitService(svWriteInteger)
  else if isChar(typ) then emitService(svWriteChar)
  else if isBoolean(typ) then emitService(svWriteBoolean)
  else if typ^.form = realForm then emitService(svWriteReal)
  else emitService(svWriteString)
end;

{ One value that is written, section 6.9.3 and 6.6.5.2. }
procedure writeOne(fileNode, item: nodePtr; follow: tokenSet);
  var width, fraction, buffer: nodePtr;
      typ: typePtr;
begin
  width := nil;
  fraction := nil;
  if token = colon then begin
    if fileNode^.typ^.form = fileForm then
      if not fileNode^.typ^.isText then error(widthHere, tokenAt);
    width := widthPart(follow + [comma, colon, rightParen]);
    if token = colon then fraction := widthPart(follow + [comma, rightParen])
  end;
  typ := item^.typ;
  if (fileNode^.typ^.form <> errorForm) and (typ^.form <> errorForm) then
    if fileNode^.typ^.isText then begin
      if not isNumber(typ) and not isChar(typ) and not isBoolean(typ) and (stringLengthOf(typ) = 0) then
        errorOfType(cannotWrite, item^.at, typ);
      if (fraction <> nil) and (typ^.form <> realForm) then error(digitsNotReal, fraction^.at);
      if isSound then writeText(fileNode, item, width, fraction)
    end else begin
      item := fitted(fileNode^.typ^.component, item);
      buffer := newOperation(bufferNode, 0, fileNode, nil, fileNode^.typ^.component, item^.at);
      if isSound then begin
        assign(buffer, item, item^.at);
        fileService(svPut, fileNode, item^.at)
      end
    end
end;

procedure writeStatement(symbol: symbolPtr; follow: tokenSet; place: integer);
  var fileNode, item: nodePtr;
      hasItems: boolean;
begin
  hasItems := token = leftParen;
  leadingFile(follow, fileNode, item);
  if fileNode = nil then fileNode := standardFile(outputSymbol, outputName, place)
  else begin
    hasItems := token = comma;
    if hasItems then begin
      nextToken;
      item := expression(follow + [comma, colon, rightParen])
    end else expect(rightParen)
  end;
  if hasItems then begin
    writeOne(fileNode, item, follow);
    while token = comma do begin
      nextToken;
      item := expression(follow + [comma, colon, rightParen]);
      writeOne(fileNode, item, follow)
    end;
    expect(rightParen)
  end else if symbol^.standard = stWrite then error(nothingToWrite, place);
  if (symbol^.standard = stWriteln) and (fileNode^.typ^.form <> errorForm) then
    if not fileNode^.typ^.isText then error(textFileNeeded, place)
    else fileService(svWriteLine, fileNode, place)
end;

{ get, put, reset, rewrite, page }
procedure fileStatement(symbol: symbolPtr; follow: tokenSet; place: integer);
  var node: nodePtr;
      service: integer;
begin
  if token = leftParen then begin
    nextToken;
    node := expression(follow + [comma, rightParen]);
    if token = comma then begin
      errorNamed(oneArgument, place, symbol^.name);
      skipTo(follow + [rightParen], rightParen)
    end;
    expect(rightParen)
  end else if symbol^.standard = stPage then node := standardFile(outputSymbol, outputName, place)
  else begin
    errorNamed(oneArgument, place, symbol^.name);
    node := wrong(place)
  end;
  if node^.typ^.form <> errorForm then
    if (node^.typ^.form <> fileForm) or not isDesignator(node) then errorOfType(fileNeeded, node^.at, node^.typ)
    else begin
      if (symbol^.standard = stPage) and not node^.typ^.isText then error(textFileNeeded, node^.at);
      case symbol^.standard of
        stGet: service := svGet;
        stPut: service := svPut;
        stReset: service := svReset;
        stRewrite: service := svRewrite;
        stPage: service := svPage
      end;
      fileService(service, node, place)
    end
end;

{ Constants after the pointer of new and dispose choose variants. Section 6.6.5.3. }
procedure variantChoice(typ: typePtr; follow: tokenSet);
  var tagType: typePtr;
      variant: variantPtr;
      constant: constantRec;
      place: integer;
      searching: boolean;
begin
  tagType := nil;
  variant := nil;
  if typ^.form = recordForm then begin
    tagType := typ^.tagType;
    variant := typ^.variants
  end;
  while token = comma do begin
    nextToken;
    place := tokenAt;
    parseOrdinal(follow + [comma, rightParen], constant);
    if constant.typ^.form <> errorForm then
      if tagType = nil then error(noVariant, place)
      else if tagType^.form = ordinalForm then begin
        searching := variant <> nil;
        while searching do
          if variant^.value = constant.ordinal then searching := false
          else begin
            variant := variant^.next;
            searching := variant <> nil
          end;
        if (variant = nil) or (tagType^.host <> constant.typ^.host) then begin
          error(noVariant, place);
          tagType := nil;
          variant := nil
        end else begin
          tagType := variant^.innerTagType;
          variant := variant^.inner
        end
      end
  end
end;

procedure makeNew(node: nodePtr; size, at: integer);
  var place: placeRec;
begin
  hoist(node);
  variablePlace(node, place);
  prepareStore(place);
  emitInteger(size);
  mark(at);
  emitService(svNew);
  store(place, wordStorage)
end;

procedure makeDispose(node: nodePtr; size, at: integer);
  var place: placeRec;
begin
  evaluate(node);
  emitInteger(size);
  mark(at);
  emitService(svDispose);
  if isDesignator(node) then begin
    variablePlace(node, place);
    prepareStore(place);
    emitUndefined;
    store(place, wordStorage)
  end
end;

procedure heapStatement(symbol: symbolPtr; follow: tokenSet; place: integer);
  var node: nodePtr;
begin
  if token <> leftParen then errorNamed(oneArgument, place, symbol^.name)
  else begin
    nextToken;
    node := expression(follow + [comma, rightParen]);
    if node^.typ^.form = pointerForm then begin
      if symbol^.standard = stNew then
        if isDesignator(node) then changes(node) else error(notAVariable, node^.at);
      variantChoice(node^.typ^.target, follow);
      if isSound then
        if symbol^.standard = stNew then makeNew(node, sizeOf(node^.typ^.target, false), place)
        else makeDispose(node, sizeOf(node^.typ^.target, false), place)
    end else begin
      if node^.typ^.form <> errorForm then errorOfType(pointerNeeded, node^.at, node^.typ);
      skipTo(follow + [rightParen], rightParen)
    end;
    expect(rightParen)
  end
end;

{ Section 6.6.5.4: the packed array's elements are those of the other one from an index on. }
procedure makePack(standard: standardName; unpacked, index, pack: nodePtr; at: integer);
  var element: nodePtr;
begin
  element := newOperation(elementNode, 0, unpacked, index, unpacked^.typ^.element, at);
  hoist(element);
  hoist(pack);
  mark(at);
  if standard = stPack then begin
    pushVariable(element);
    pushVariable(pack)
  end else begin
    pushVariable(pack);
    pushVariable(element)
  end;
  pushLength(pack^.typ);
  emit(opDup, 0);
  if unpacked^.typ^.isConformant then pushBoundAt(unpacked^.typ, unpacked^.typ^.highAt)
  else emitInteger(unpacked^.typ^.index^.high);
  emit(opAddiw, 1);
  value(index, true);
  emit(opSubw, 0);
  emit(opLe, 0);
  mark(at);
  emitCheck(packFailure, opChkt, 0);
  emitInteger(sizeOf(unpacked^.typ^.element, true));
  if standard = stPack then emitService(svPack) else emitService(svUnpack)
end;

procedure packStatement(standard: standardName; follow: tokenSet; place: integer);
  var first, second, third, unpacked, index, pack: nodePtr;

  function next: nodePtr;
  begin
    if token = comma then begin
      nextToken;
      next := expression(follow + [comma, rightParen])
    end else begin
      error(packArguments, place);
      next := wrong(place)
    end
  end;

begin
  if token <> leftParen then error(packArguments, place)
  else begin
    nextToken;
    first := expression(follow + [comma, rightParen]);
    second := next;
    third := next;
    if token = comma then error(packArguments, place);
    skipTo(follow + [rightParen], rightParen);
    expect(rightParen);
    if standard = stPack then begin
      unpacked := first;
      index := second;
      pack := third
    end else begin
      unpacked := second;
      index := third;
      pack := first
    end;
    if (unpacked^.typ^.form <> errorForm) and (pack^.typ^.form <> errorForm) and
      (index^.typ^.form <> errorForm) then
      if (unpacked^.typ^.form <> arrayForm) or (pack^.typ^.form <> arrayForm) then error(packArrays, place)
      else if unpacked^.typ^.isPacked or not pack^.typ^.isPacked then error(packOrder, place)
      else if unpacked^.typ^.element <> pack^.typ^.element then error(packElements, place)
      else if not areCompatible(unpacked^.typ^.index, index^.typ) then
        errorOfType(packIndex, place, unpacked^.typ^.index)
      else if isSound then makePack(standard, unpacked, index, pack, place)
  end
end;

{ The extension halt: ends the program, with a status for who started it. }
procedure haltStatement(follow: tokenSet; place: integer);
  var node: nodePtr;
begin
  node := newOrdinalNode(integerType, 0, place);
  if token = leftParen then begin
    nextToken;
    node := fitted(integerType, expression(follow + [rightParen]));
    expect(rightParen)
  end;
  if isSound then begin
    evaluate(node);
    mark(place);
    emitService(svHalt)
  end
end;

procedure standardProcedure(symbol: symbolPtr; follow: tokenSet; place: integer);
begin
  case symbol^.standard of
    stRead, stReadln: readStatement(symbol, follow, place);
    stWrite, stWriteln: writeStatement(symbol, follow, place);
    stRewrite, stPut, stReset, stGet, stPage: fileStatement(symbol, follow, place);
    stNew, stDispose: heapStatement(symbol, follow, place);
    stPack, stUnpack: packStatement(symbol^.standard, follow, place);
    stHalt: haltStatement(follow, place)
  end
end;

{ Assignments and calls }

function isActive(routine: symbolPtr): boolean;
  var block: integer;
begin
  isActive := false;
  for block := 1 to level do
    if scopes[block].routine = routine then isActive := true
end;

{ An assignment to the name of a function. Section 6.8.2.2. }
procedure resultStatement(symbol: symbolPtr; follow: tokenSet; place: integer);
  var node: nodePtr;
begin
  nextToken;
  if not isActive(symbol) then begin
    errorNamed(resultOutside, place, symbol^.name);
    node := expression(follow)
  end else begin
    symbol^.isAssigned := true;
    if symbol^.level + 1 <> level then symbol^.result^.isShared := true;
    node := fitted(symbol^.typ, expression(follow));
    if isSound then assignResult(symbol^.result, node)
  end
end;

procedure assignment(target: nodePtr; follow: tokenSet; place: integer);
  var source: nodePtr;
begin
  if token = equal then error(wrongAssignSign, tokenAt);
  nextToken;
  changes(target);
  source := expression(follow);
  if target^.typ^.form <> errorForm then begin
    source := fitted(target^.typ, source);
    if isSound then assign(target, source, place)
  end
end;

procedure callStatement(symbol: symbolPtr; follow: tokenSet; place: integer);
  var arguments: argumentPtr;
      calls: boolean;
begin
  parseArguments(symbol, follow, place, arguments, calls);
  if isSound then call(symbol, arguments, place)
end;

{ A statement that begins with a name. }
procedure namedStatement(follow: tokenSet);
  var symbol: symbolPtr;
      found: withPtr;
      node: nodePtr;
      place: integer;
      isVariable: boolean;
begin
  place := tokenAt;
  isVariable := fieldInView(tokenName, found) <> nil;
  symbol := nil;
  if not isVariable then begin
    symbol := meaningOf(tokenName, place);
    if symbol <> nil then isVariable := symbol^.kind = variableSymbol
  end;
  if isVariable then begin
    node := named(follow + [becomes, equal]);
    if token in [becomes, equal] then assignment(node, follow, place)
    else error(expressionAlone, place)
  end else begin
    nextToken;
    if symbol = nil then begin
      node := wrong(place);
      if token in [leftBracket, point, arrow] then selectors(node, follow + [becomes, equal]);
      if token = leftParen then passArguments(follow)
      else if token in [becomes, equal] then assignment(node, follow, place)
    end else if symbol^.kind = routineSymbol then begin
      if token in [becomes, equal] then
        if symbol^.isFunction and (token = becomes) then resultStatement(symbol, follow, place)
        else begin
          errorNamed(resultOutside, place, symbol^.name);
          nextToken;
          node := expression(follow)
        end
      else if symbol^.isFunction then begin
        errorNamed(functionAsStatement, place, symbol^.name);
        node := functionCall(symbol, follow, place)
      end else callStatement(symbol, follow, place)
    end else if symbol^.kind = standardSymbol then begin
      if token = becomes then begin
        errorNamed(resultOutside, place, symbol^.name);
        nextToken;
        node := expression(follow)
      end else if symbol^.standard <= stEoln then begin
        errorNamed(functionAsStatement, place, symbol^.name);
        node := functionCall(symbol, follow, place)
      end else standardProcedure(symbol, follow, place)
    end else begin
      errorNamed(notAVariable, place, symbol^.name);
      if token in [becomes, equal] then begin
        nextToken;
        node := expression(follow)
      end
    end
  end
end;

{ Structured statements: section 6.8.3 }

procedure ifStatement(follow: tokenSet);
  var test: nodePtr;
      otherwise, finish: integer;
begin
  nextToken;
  test := condition(follow + [thenWord, elseWord]);
  otherwise := newLabel;
  if isSound then jumpWhere(test, otherwise, false);
  expect(thenWord);
  innerStatement(follow + [elseWord]);
  if token = elseWord then begin
    nextToken;
    finish := newLabel;
    emit(opJmp, finish);
    placeLabel(otherwise);
    innerStatement(follow);
    placeLabel(finish)
  end else placeLabel(otherwise)
end;

procedure whileStatement(follow: tokenSet);
  var test: nodePtr;
      again, finish, place: integer;
begin
  place := tokenAt;
  nextToken;
  again := newLabel;
  finish := newLabel;
  placeLabel(again);
  test := condition(follow + [doWord]);
  if isSound then jumpWhere(test, finish, false);
  expect(doWord);
  innerStatement(follow);
  mark(place);
  emit(opJmp, again);
  placeLabel(finish)
end;

procedure repeatStatement(follow: tokenSet);
  var test: nodePtr;
      again: integer;
begin
  again := newLabel;
  placeLabel(again);
  innerSequence(untilWord, follow);
  test := condition(follow);
  if isSound then begin
    mark(test^.at);
    jumpWhere(test, again, false)
  end
end;

{ The variable of a for; nil, and an error, where it cannot be one. }
function controlVariable: symbolPtr;
  var symbol: symbolPtr;
      found: withPtr;
begin
  controlVariable := nil;
  if token <> identifier then missing(identifier)
  else begin
    if fieldInView(tokenName, found) <> nil then begin
      errorNamed(forVariable, tokenAt, tokenName);
      symbol := nil
    end else symbol := meaningOf(tokenName, tokenAt);
    if symbol <> nil then
      if symbol^.kind <> variableSymbol then errorNamed(forVariable, tokenAt, tokenName)
      else if symbol^.typ^.form <> ordinalForm then begin
        if symbol^.typ^.form <> errorForm then errorOfType(forType, tokenAt, symbol^.typ)
      end else begin
        if symbol^.level <> level then errorNamed(forNotLocal, tokenAt, tokenName)
        else if symbol^.isReference or symbol^.isParameter then errorNamed(forVariable, tokenAt, tokenName)
        else if symbol^.controls > 0 then errorNamed(controlChanged, tokenAt, tokenName)
        else if symbol^.changedInside then errorNamed(forChangedInside, tokenAt, tokenName);
        controlVariable := symbol
      end;
    nextToken
  end
end;

{ A bound of a for, computed once. }
procedure computeBound(node: nodePtr; var kept: integer);
begin
  kept := noValue;
  if isSound and (node^.kind <> ordinalNode) then begin
    evaluate(node);
    kept := takeTemporary;
    storeTemporary(kept, longStorage)
  end
end;

procedure pushBound(node: nodePtr; kept: integer);
begin
  if kept = noValue then emitInteger(node^.ordinal) else loadTemporary(kept, longStorage)
end;

{ Both bounds must fit the variable if the body runs at all. }
procedure checkBound(typ: typePtr; node: nodePtr; kept: integer);
begin
  if not isWithin(node, typ) then begin
    pushBound(node, kept);
    mark(node^.at);
    checkRange(typ^.low, typ^.high, forFailure);
    emit(opDrop, 0)
  end
end;

{ Section 6.8.3.9 }
procedure forStatement(follow: tokenSet);
  var symbol: symbolPtr;
      first, last: nodePtr;
      firstKept, lastKept, again, finish, left, place: integer;
      isDown: boolean;

  function bound: nodePtr;
    var node: nodePtr;
  begin
    node := expression(follow + [toWord, downtoWord, doWord]);
    if symbol <> nil then
      if not areCompatible(symbol^.typ, node^.typ) or not (node^.typ^.form in [ordinalForm, errorForm]) then
        errorOfTypes(doesNotFit, node^.at, node^.typ, symbol^.typ);
    bound := node
  end;

  { Before the body: passes it where there is nothing to do. }
  procedure begun;
    var control: placeRec;
        isKnown: boolean;
  begin
    isKnown := (first^.kind = ordinalNode) and (last^.kind = ordinalNode);
    if isKnown then
      if isDown then isKnown := first^.ordinal > last^.ordinal
      else isKnown := first^.ordinal < last^.ordinal;
    if not isKnown then begin
      pushBound(first, firstKept);
      pushBound(last, lastKept);
      if isDown then emit(opGe, 0) else emit(opLe, 0);
      emit(opJz, finish)
    end;
    checkBound(symbol^.typ, first, firstKept);
    checkBound(symbol^.typ, last, lastKept);
    pushBound(first, firstKept);
    symbolPlace(symbol, control);
    store(control, wordStorage);
    placeLabel(again)
  end;

  { After it: on to the next value, or out, where the variable has none any more. }
  procedure ended;
    var control: placeRec;
  begin
    mark(place);
    symbolPlace(symbol, control);
    load(control, wordStorage, false);
    pushBound(last, lastKept);
    emit(opNe, 0);
    emit(opJz, left);
    load(control, wordStorage, false);
    if isDown then emit(opAddiw, -1) else emit(opAddiw, 1);
    store(control, wordStorage);
    emit(opJmp, again);
    placeLabel(left);
    emitUndefined;
    store(control, wordStorage);
    placeLabel(finish)
  end;

begin
  place := tokenAt;
  nextToken;
  again := newLabel;
  finish := newLabel;
  left := newLabel;
  symbol := controlVariable;
  if token = equal then begin
    error(wrongAssignSign, tokenAt);
    nextToken
  end else expect(becomes);
  first := bound;
  computeBound(first, firstKept);
  isDown := token = downtoWord;
  if token in [toWord, downtoWord] then nextToken else missing(toWord);
  last := bound;
  computeBound(last, lastKept);
  expect(doWord);
  if isSound then begun;
  if symbol <> nil then symbol^.controls := symbol^.controls + 1;
  innerStatement(follow);
  if symbol <> nil then symbol^.controls := symbol^.controls - 1;
  if isSound then ended
end;

{ Case statements: a table of jumps where the constants lie close together, else comparisons. Section 6.8.3.5. }
procedure caseStatement(follow: tokenSet);
  type
    armPtr = ^armRec;
    armRec = record
      value, entry: integer;
      next: armPtr
    end;
  var arms: armPtr;
      armCount, missed, finish, choice, selectorAt, place: integer;
      selector: nodePtr;
      isMore: boolean;

  { Enters a constant in the order of the values. }
  procedure addArm(value, entry, place: integer);
    var before, after, made: armPtr;
        searching: boolean;
  begin
    before := nil;
    after := arms;
    searching := after <> nil;
    while searching do
      if after^.value >= value then searching := false
      else begin
        before := after;
        after := after^.next;
        searching := after <> nil
      end;
    new(made);
    made^.value := value;
    made^.entry := entry;
    made^.next := after;
    if before = nil then arms := made else before^.next := made;
    armCount := armCount + 1;
    if after <> nil then
      if after^.value = value then error(caseTwice, place)
  end;

  procedure arm;
    var constant: constantRec;
        entry, place: integer;
        isMore: boolean;
  begin
    entry := newLabel;
    repeat
      place := tokenAt;
      parseOrdinal(follow + [comma, colon], constant);
      if (constant.typ^.form <> errorForm) and (selector^.typ^.form = ordinalForm) then
        if constant.typ^.host <> selector^.typ^.host then errorOfType(caseValue, place, selector^.typ)
        else addArm(constant.ordinal, entry, place);
      isMore := token = comma;
      if isMore then nextToken
    until not isMore;
    expect(colon);
    placeLabel(entry);
    innerStatement(follow + [semicolon, endWord]);
    emit(opJmp, finish)
  end;

  function armAt(first: armPtr; number: integer): armPtr;
  begin
    while number > 0 do begin
      first := first^.next;
      number := number - 1
    end;
    armAt := first
  end;

  procedure table;
    var low, span, value: integer;
        next: armPtr;
  begin
    low := arms^.value;
    next := armAt(arms, armCount - 1);
    span := next^.value - low + 1;
    emitAdd(-low);
    emit(opJtab, span);
    next := arms;
    for value := low to low + span - 1 do
      if next^.value = value then begin
        emit(opJmp, next^.entry);
        if next^.next <> nil then next := next^.next
      end else emit(opJmp, missed);
    emit(opJmp, missed)
  end;

  { Looks for the selector among so many arms. }
  procedure search(first: armPtr; count: integer);
    const mostInARow = 4;
    var middle: armPtr;
        upper: integer;
  begin
    if count > mostInARow then begin
      middle := armAt(first, count div 2);
      upper := newLabel;
      loadTemporary(choice, longStorage);
      emitInteger(middle^.value);
      emit(opGe, 0);
      emit(opJnz, upper);
      search(first, count div 2);
      placeLabel(upper);
      search(middle, count - count div 2)
    end else begin
      while count > 0 do begin
        loadTemporary(choice, longStorage);
        emitInteger(first^.value);
        emit(opEq, 0);
        emit(opJnz, first^.entry);
        first := first^.next;
        count := count - 1
      end;
      emit(opJmp, missed)
    end
  end;

  procedure choose;
    const
      leastForTable = 5;
      mostInTable = 10000;
    var span: integer;
        last: armPtr;
  begin
    { Half of how far the constants are apart: the whole may be more than maxint. }
    last := armAt(arms, armCount - 1);
    span := last^.value div 2 - arms^.value div 2;
    if (armCount >= leastForTable) and (span < 2 * armCount) and (span < mostInTable div 2) then table
    else begin
      choice := takeTemporary;
      storeTemporary(choice, longStorage);
      search(arms, armCount)
    end
  end;

begin
  place := tokenAt;
  nextToken;
  arms := nil;
  armCount := 0;
  missed := newLabel;
  finish := newLabel;
  selector := expression(follow + [ofWord]);
  selectorAt := newLabel;
  if not (selector^.typ^.form in [ordinalForm, errorForm]) then
    errorOfType(caseType, selector^.at, selector^.typ);
  if isSound then begin
    evaluate(selector);
    emit(opJmp, selectorAt)
  end;
  expect(ofWord);
  repeat
    if token in constantStart then arm
    else if not (token in follow + [semicolon, endWord]) then begin
      error(notAConstant, tokenAt);
      lastError^.found := token;
      skipTo(follow + [semicolon, endWord], endWord)
    end;
    isMore := token in [semicolon] + constantStart;
    if token = semicolon then begin
      nextToken;
      isMore := token in [semicolon] + constantStart
    end else if isMore then missing(semicolon)
  until not isMore;
  if isSound and (arms = nil) then begin
    error(notAConstant, tokenAt);
    lastError^.found := token
  end;
  expect(endWord);
  placeLabel(selectorAt);
  if isSound then choose;
  placeLabel(missed);
  mark(place);
  emitCheck(caseFailure, opTrap, 0);
  placeLabel(finish)
end;

{ Section 6.8.3.10 }
procedure withStatement(follow: tokenSet);
  var node: nodePtr;
      made, outer: withPtr;
      isMore: boolean;
begin
  outer := withRecords;
  repeat
    nextToken;
    node := expression(follow + [comma, doWord]);
    if (node^.typ^.form = recordForm) and isDesignator(node) then begin
      new(made);
      made^.typ := node^.typ;
      made^.place := takeTemporary;
      made^.outer := withRecords;
      if isSound then begin
        hoist(node);
        pushVariable(node);
        storeTemporary(made^.place, wordStorage)
      end;
      withRecords := made
    end else if node^.typ^.form <> errorForm then errorOfType(withRecord, node^.at, node^.typ);
    isMore := token = comma
  until not isMore;
  expect(doWord);
  innerStatement(follow);
  withRecords := outer
end;

procedure statement;
  var temporaries: integer;
begin
  nesting := nesting + 1;
  if nesting > maxNesting then giveUp('nesting   ');
  temporaries := temporaryBytes;
  if token = integerNumber then markStatement;
  mark(tokenAt);
  if token in statementStart then
    case token of
      identifier: namedStatement(follow);
      beginWord: innerSequence(endWord, follow);
      ifWord: ifStatement(follow);
      whileWord: whileStatement(follow);
      repeatWord: repeatStatement(follow);
      forWord: forStatement(follow);
      caseWord: caseStatement(follow);
      withWord: withStatement(follow);
      gotoWord: gotoStatement;
      integerNumber: error(labelMarksTwo, tokenAt)
    end
  else if not (token in follow + [semicolon, endWord, untilWord, elseWord, endOfFile]) then begin
    error(notAStatement, tokenAt);
    lastError^.found := token;
    nextToken
  end;
  temporaryBytes := temporaries;
  nesting := nesting - 1;
  skipTo(follow + statementStart + [semicolon, endWord, untilWord, elseWord], semicolon)
end;

{ ---- Parsing: declarations, sections 6.2, 6.6 and 6.10 ---- }

procedure block(routine: symbolPtr; follow: tokenSet); forward;

procedure labelPart(follow: tokenSet);
  const mostLabel = 9999;
  var made: labelPtr;
      isMore: boolean;
begin
  repeat
    nextToken;
    if token <> integerNumber then begin
      missing(integerNumber);
      skipTo(follow + [comma, semicolon], semicolon)
    end else begin
      if tokenValue > mostLabel then error(labelTooLarge, tokenAt);
      if labelHere(level, tokenValue) <> nil then errorNumbered(labelTwice, tokenAt, tokenValue);
      new(made);
      made^.value := tokenValue;
      made^.at := tokenAt;
      made^.level := level;
      made^.entry := newLabel;
      made^.isPlaced := false;
      made^.inside := nil;
      made^.jumps := nil;
      made^.next := scopes[level].labels;
      scopes[level].labels := made;
      nextToken
    end;
    isMore := token = comma
  until not isMore;
  expect(semicolon)
end;

{ The end of a declaration. }
procedure endDeclaration(follow: tokenSet);
begin
  if token = semicolon then nextToken
  else begin
    error(missingDeclarationEnd, previousEnd);
    lastError^.wanted := semicolon;
    lastError^.found := token
  end;
  skipTo(follow + declarationStart + [identifier, beginWord], beginWord)
end;

procedure constantPart(follow: tokenSet);
  var symbol: symbolPtr;
begin
  nextToken;
  if token <> identifier then missing(identifier);
  while token = identifier do begin
    symbol := newSymbol(constantSymbol, tokenName, tokenAt, errorType);
    nextToken;
    if token = becomes then begin
      missing(equal);
      nextToken
    end else expect(equal);
    parseConstant(follow + declarationStart + [semicolon, identifier, beginWord], symbol^.constant);
    symbol^.typ := symbol^.constant.typ;
    declare(symbol);
    endDeclaration(follow)
  end
end;

procedure typePart(follow: tokenSet);
  var symbol: symbolPtr;
begin
  nextToken;
  if token <> identifier then missing(identifier);
  while token = identifier do begin
    symbol := newSymbol(typeSymbol, tokenName, tokenAt, errorType);
    openType := tokenName;
    nextToken;
    expect(equal);
    symbol^.typ := parseType(follow + declarationStart + [semicolon, identifier, beginWord]);
    openType := 0;
    declare(symbol);
    endDeclaration(follow)
  end;
  finishPointers
end;

procedure variablePart(follow: tokenSet);
  var symbol, following: symbolPtr;
      typ: typePtr;
begin
  nextToken;
  if token <> identifier then missing(identifier);
  while token = identifier do begin
    nameList(variableSymbol, follow + declarationStart + [colon, semicolon, beginWord], symbol);
    expect(colon);
    typ := parseType(follow + declarationStart + [semicolon, identifier, beginWord]);
    finishPointers;
    while symbol <> nil do begin
      following := symbol^.next;
      symbol^.next := nil;
      symbol^.typ := typ;
      symbol^.offset := allocate(sizeOf(typ, false), alignmentOf(typ, false), symbol^.at);
      declare(symbol);
      symbol := following
    end;
    endDeclaration(follow)
  end
end;

{ Procedures and functions }

function newRoutine(isFunction: boolean; name: nameIndex; place: integer): symbolPtr;
  var made: symbolPtr;
begin
  made := newSymbol(routineSymbol, name, place, errorType);
  made^.isFunction := isFunction;
  made^.isFormal := false;
  made^.isAwaited := false;
  made^.isAssigned := false;
  made^.entry := newLabel;
  made^.parameters := nil;
  made^.bounds := nil;
  made^.argumentBytes := frameHeader;
  made^.result := nil;
  made^.formalAt := 0;
  newRoutine := made
end;

procedure routineHeading(routine: symbolPtr; follow: tokenSet); forward;

{ A procedure or function as a parameter. }
procedure formalRoutine(var symbol: symbolPtr; follow: tokenSet);
  var isFunction: boolean;
      place: integer;
begin
  isFunction := token = functionWord;
  nextToken;
  place := tokenAt;
  symbol := newRoutine(isFunction, declaredName, place);
  symbol^.isFormal := true;
  routineHeading(symbol, follow + [semicolon, rightParen]);
  symbol^.level := level + 1;
  symbol^.formalAt := allocate(8, 8, place);
  symbol^.argumentAt := symbol^.formalAt
end;

{ The type of a conformant array parameter; its bounds are added to those of the routine. Section 6.6.3.7.1. }
function conformantType(routine: symbolPtr; follow: tokenSet): typePtr;
  var isPacked: boolean;

  function bound(typ: typePtr; name: nameIndex; place: integer): integer;
    var symbol: symbolPtr;
  begin
    symbol := newSymbol(boundSymbol, name, place, typ);
    symbol^.level := level + 1;
    symbol^.boundAt := allocate(4, 4, place);
    symbol^.next := routine^.bounds;
    routine^.bounds := symbol;
    bound := symbol^.boundAt
  end;

  { From the index on: what follows it is another index, or the type of the elements. }
  function rest: typePtr;
    var made, index, element: typePtr;
        low, high: nameIndex;
        lowPlace, highPlace, typeAt, lowBound, highBound: integer;
  begin
    nextToken;
    lowPlace := tokenAt;
    low := declaredName;
    expect(twoPoints);
    highPlace := tokenAt;
    high := declaredName;
    expect(colon);
    typeAt := tokenAt;
    index := namedType;
    if not (index^.form in [ordinalForm, errorForm]) then begin
      errorOfType(notOrdinal, typeAt, index);
      index := errorType
    end;
    lowBound := bound(index, low, lowPlace);
    highBound := bound(index, high, highPlace);
    if token = semicolon then element := rest
    else begin
      expect(rightBracket);
      expect(ofWord);
      if token in [arrayWord, packedWord] then element := conformantType(routine, follow)
      else element := namedType
    end;
    if (index^.form = errorForm) or (element^.form = errorForm) then rest := errorType
    else begin
      made := newSimple(arrayForm);
      made^.isPacked := isPacked;
      made^.index := index;
      made^.element := element;
      made^.arrayBytes := 4;
      made^.arrayAlign := 4;
      made^.isConformant := true;
      made^.boundLevel := level + 1;
      made^.lowAt := lowBound;
      made^.highAt := highBound;
      rest := made
    end
  end;

begin
  isPacked := token = packedWord;
  if isPacked then nextToken;
  if token = arrayWord then nextToken else missing(arrayWord);
  if token = leftBracket then conformantType := rest
  else begin
    missing(leftBracket);
    conformantType := errorType
  end
end;

{ Parameters of one type, by value or variable. }
procedure formalVariables(routine: symbolPtr; var first: symbolPtr; follow: tokenSet);
  var symbol: symbolPtr;
      typ: typePtr;
      typeAt: integer;
      isReference: boolean;
begin
  isReference := token = varWord;
  if isReference then nextToken;
  nameList(variableSymbol, follow + [colon, semicolon, rightParen], first);
  expect(colon);
  typeAt := tokenAt;
  if token = identifier then typ := namedType
  else if token in [arrayWord, packedWord] then typ := conformantType(routine, follow + [semicolon, rightParen])
  else begin
    error(typeNotNamed, typeAt);
    typ := parseType(follow + [semicolon, rightParen]);
    typ := errorType
  end;
  if holdsFile(typ) and not isReference then begin
    error(fileByValue, typeAt);
    typ := errorType
  end;
  symbol := first;
  while symbol <> nil do begin
    symbol^.typ := typ;
    symbol^.level := level + 1;
    symbol^.isReference := isReference or isConformant(typ);
    symbol^.isCopied := isConformant(typ) and not isReference;
    symbol^.isParameter := true;
    if not isReference and (storageOf(typ, false) = longStorage) then
      symbol^.argumentAt := allocate(8, 8, typeAt)
    else symbol^.argumentAt := allocate(4, 4, typeAt);
    symbol^.offset := symbol^.argumentAt;
    symbol := symbol^.next
  end
end;

procedure parameterList(routine: symbolPtr; follow: tokenSet);
  var section, last: symbolPtr;
      isMore: boolean;
begin
  last := nil;
  repeat
    nextToken;
    section := nil;
    if token in [procedureWord, functionWord] then formalRoutine(section, follow)
    else formalVariables(routine, section, follow);
    sections := sections + 1;
    if last = nil then routine^.parameters := section else last^.next := section;
    while section <> nil do begin
      section^.section := sections;
      last := section;
      section := section^.next
    end;
    if not (token in [semicolon, rightParen]) then missing(rightParen);
    skipTo(follow + [semicolon, rightParen], rightParen);
    isMore := token = semicolon
  until not isMore;
  expect(rightParen)
end;

{ Parameters and result; each parameter gets its place in the frame. }
procedure routineHeading;
  var outerBytes, place: integer;
      typ: typePtr;
begin
  outerBytes := frameBytes;
  frameBytes := frameHeader;
  if token = leftParen then parameterList(routine, follow + [colon]);
  routine^.argumentBytes := frameBytes;
  frameBytes := outerBytes;
  if token = colon then begin
    nextToken;
    place := tokenAt;
    typ := namedType;
    if not routine^.isFunction then begin
      error(unexpectedToken, place);
      lastError^.wanted := semicolon
    end else if typ^.form in [ordinalForm, realForm, pointerForm, errorForm] then routine^.typ := typ
    else errorOfType(resultType, place, typ)
  end else if routine^.isFunction then errorNamed(resultMissing, routine^.at, routine^.name)
end;

{ A new routine, or the one whose forward declaration this completes. Section 6.6.1. }
procedure routinePart(follow: tokenSet);
  var symbol, known, repeated: symbolPtr;
      isFunction, isForward: boolean;
      place: integer;
      name: nameIndex;
begin
  { All variables of the program are declared now; after them its frame begins. }
  if level = 0 then globalBytes := alignUp(frameBytes, 16);
  isFunction := token = functionWord;
  nextToken;
  place := tokenAt;
  name := declaredName;
  known := nil;
  if name <> 0 then known := names[name].meaning;
  isForward := false;
  if known <> nil then
    if (known^.kind = routineSymbol) and (known^.level = level) then
      isForward := known^.isAwaited;
  if isForward then begin
    symbol := known;
    if symbol^.isFunction <> isFunction then errorNamed(forwardKind, place, name)
    else if token in [leftParen, colon] then errorNamed(forwardRepeated, place, name);
    if token in [leftParen, colon] then begin
      repeated := newRoutine(isFunction, name, place);
      routineHeading(repeated, follow + [semicolon])
    end
  end else begin
    symbol := newRoutine(isFunction, name, place);
    if isFunction and not (token in [leftParen, colon]) and (known <> nil) then
      if (known^.kind = routineSymbol) and (known^.level = level) then begin
        errorNamed(bodyTwice, place, name);
        symbol^.name := 0
      end;
    if symbol^.name <> 0 then begin
      routineHeading(symbol, follow + [semicolon]);
      declare(symbol)
    end
  end;
  endDeclaration(follow);
  if token = identifier then begin
    if tokenName = forwardName then symbol^.isAwaited := true
    else errorNamed(unknownDirective, tokenAt, tokenName);
    nextToken;
    endDeclaration(follow)
  end else begin
    symbol^.isAwaited := false;
    block(symbol, follow + [semicolon]);
    endDeclaration(follow)
  end
end;

procedure declarations(follow: tokenSet);
  var reached: tokenKind;
      symbol: symbolPtr;

  function stage(word: tokenKind): integer;
  begin
    case word of
      labelWord: stage := 1;
      constWord: stage := 2;
      typeWord: stage := 3;
      varWord: stage := 4;
      procedureWord, functionWord: stage := 5
    end
  end;

begin
  reached := labelWord;
  skipTo(follow + declarationStart + [beginWord], beginWord);
  while token in declarationStart do begin
    if stage(token) < stage(reached) then begin
      error(wrongOrder, tokenAt);
      lastError^.found := token
    end else if (token = reached) and (token in [constWord, typeWord, varWord]) then begin
      error(wrongOrder, tokenAt);
      lastError^.found := token
    end;
    reached := token;
    case token of
      labelWord: labelPart(follow);
      constWord: constantPart(follow);
      typeWord: typePart(follow);
      varWord: variablePart(follow);
      procedureWord, functionWord: routinePart(follow)
    end;
    skipTo(follow + declarationStart + [beginWord], beginWord)
  end;
  symbol := scopes[level].last;
  while symbol <> nil do begin
    if symbol^.kind = routineSymbol then
      if symbol^.isAwaited then errorNamed(bodyMissing, symbol^.at, symbol^.name);
    symbol := symbol^.inScope
  end
end;

{ Parameters as the variables of the block that they are; what is a block has a copy of its own. }
procedure declareParameters(routine: symbolPtr);
  var symbol: symbolPtr;
begin
  symbol := routine^.parameters;
  while symbol <> nil do begin
    if symbol^.kind = variableSymbol then
      if not symbol^.isReference and (storageOf(symbol^.typ, false) = blockStorage) then
        symbol^.offset := allocate(sizeOf(symbol^.typ, false), alignmentOf(symbol^.typ, false), symbol^.at);
    declare(symbol);
    symbol := symbol^.next
  end;
  symbol := routine^.bounds;
  while symbol <> nil do begin
    declare(symbol);
    symbol := symbol^.next
  end;
  if routine^.isFunction then begin
    routine^.result := newSymbol(variableSymbol, 0, routine^.at, routine^.typ);
    routine^.result^.offset := allocate(8, 8, routine^.at)
  end
end;

{ ---- The code of routines: docs/pcode.md, "Procedures" ---- }

{ Begins a frame, whose size is known at the routine's end: gives the instruction that makes it. }
function enterFrame(bytes: integer): integer;
begin
  enterFrame := codeSize;
  if level = 0 then begin
    emit(opLdc, 0);
    enterFrame := codeSize;
    emit(opEnter, 0)
  end else if bytes <= mostImmediate then emit(opEnter, 0)
  else begin
    emit(opLdc, 0);
    emit(opLdcx, 0);
    emit(opEnterx, 0)
  end
end;

procedure completeFrame(instruction: integer);
begin
  if code[instruction].operation = opEnter then code[instruction].operand := mostBytesUsed
  else begin
    code[instruction].operand := highChunk(mostBytesUsed);
    code[instruction + 1].operand := lowChunk(mostBytesUsed)
  end
end;

{ A conformant array by value: its copy lies after the frame, and its address becomes that of the copy. }
procedure copyConformant(symbol: symbolPtr);
begin
  pushSize(symbol^.typ);
  emit(opAddiw, 7);
  emit(opLdc, -8);
  emit(opInt, 0);
  emit(opAlloc, 0);
  emit(opDup, 0);
  loadTemporary(symbol^.offset, wordStorage);
  pushSize(symbol^.typ);
  emitService(svMove);
  storeTemporary(symbol^.offset, wordStorage)
end;

{ Value parameters that are blocks come as addresses. }
procedure copyParameters(routine: symbolPtr; var reached: integer);
  var symbol: symbolPtr;
      place: placeRec;
begin
  symbol := routine^.parameters;
  while symbol <> nil do begin
    if symbol^.kind = variableSymbol then
      if symbol^.isCopied then begin
        copyConformant(symbol);
        if symbol^.offset + 4 > reached then reached := symbol^.offset + 4
      end else if not symbol^.isReference and (storageOf(symbol^.typ, false) = blockStorage) then begin
        localPlace(symbol^.offset, place);
        pushAddress(place);
        loadTemporary(symbol^.argumentAt, wordStorage);
        emitInteger(sizeOf(symbol^.typ, false));
        emitService(svMove);
        if symbol^.offset + sizeOf(symbol^.typ, false) > reached then
          reached := symbol^.offset + sizeOf(symbol^.typ, false)
      end;
    symbol := symbol^.next
  end
end;

{ Variables begin without a value. Section 6.5.1. }
procedure makeUndefined(from, bytes: integer);
  const mostUnrolled = 128;
  var place: placeRec;
      offset: integer;
begin
  if bytes > from then
    if (level > 0) and (bytes - from <= mostUnrolled) and isImmediate(bytes) then begin
      offset := from;
      while offset + 8 <= bytes do begin
        emit(opUndef, offset);
        offset := offset + 8
      end;
      if offset < bytes then
        if bytes - 8 > from then emit(opUndef, bytes - 8) else emit(opUndef, from)
    end else begin
      place.offset := from;
      if level = 0 then place.base := inGlobals else place.base := inLocals;
      pushAddress(place);
      emitInteger((bytes - from) div 4);
      emitService(svFill)
    end
end;

{ Files begin closed, also those that are parts of a variable. }
procedure openFiles(typ: typePtr; symbol: symbolPtr; distance: integer);
  var place: placeRec;
      field: symbolPtr;
      index: integer;
begin
  if holdsFile(typ) then
    case typ^.form of
      fileForm: begin
        symbolPlace(symbol, place);
        place.offset := place.offset + distance;
        pushAddress(place);
        emitInteger(ord(typ^.isText));
        emitInteger(sizeOf(typ^.component, false));
        emitService(svOpen)
      end;
      arrayForm:
        for index := 0 to typ^.index^.high - typ^.index^.low do
          openFiles(typ^.element, symbol, distance + index * strideOf(typ));
      recordForm: begin
        field := typ^.fields;
        while field <> nil do begin
          openFiles(field^.typ, symbol, distance + field^.fieldOffset);
          field := field^.next
        end
      end
    end
end;

{ Whether only the code of one routine reaches a variable, and never by its address. }
function isPrivate(symbol: symbolPtr): boolean;
begin
  isPrivate := false;
  if symbol^.kind = variableSymbol then
    if not symbol^.isShared then
      isPrivate := symbol^.isReference or (storageOf(symbol^.typ, false) in [wordStorage, longStorage])
end;

{ Those variables of the program that no routine reaches lie in its frame, where the machine reaches them faster. }
procedure putInFrame(var bytes: integer);
  var symbol: symbolPtr;
begin
  symbol := scopes[0].last;
  while symbol <> nil do begin
    if isPrivate(symbol) then begin
      symbol^.inFrame := true;
      symbol^.offset := bytes;
      bytes := bytes + 8
    end;
    symbol := symbol^.inScope
  end
end;

{ Gives files of the program's heading the files outside that they stand for. }
procedure bindFiles;
  var parameter, symbol: symbolPtr;
      place: placeRec;
      number: integer;
begin
  parameter := files;
  number := 0;
  while parameter <> nil do begin
    symbol := names[parameter^.name].meaning;
    if (symbol = nil) or (parameter^.name = 0) then
      errorNamed(parameterNotDeclared, parameter^.at, parameter^.name)
    else if (symbol^.kind <> variableSymbol) or (symbol^.level <> 0) then
      errorNamed(parameterNotDeclared, parameter^.at, parameter^.name)
    else if symbol^.typ^.form <> fileForm then
      errorNamed(parameterNotFile, parameter^.at, parameter^.name)
    else begin
      symbolPlace(symbol, place);
      pushAddress(place);
      emitInteger(number);
      emitService(svBind);
      number := number + 1
    end;
    parameter := parameter^.next
  end
end;

procedure openAllFiles;
  var symbol: symbolPtr;
begin
  symbol := scopes[level].last;
  while symbol <> nil do begin
    if symbol^.kind = variableSymbol then
      if not symbol^.isReference and not symbol^.isParameter then openFiles(symbol^.typ, symbol, 0);
    symbol := symbol^.inScope
  end
end;

procedure prologue(routine: symbolPtr);
  var from: integer;
      symbol: symbolPtr;
begin
  if routine = nil then begin
    makeUndefined(0, frameBytes);
    symbol := scopes[0].last;
    while symbol <> nil do begin
      if symbol^.kind = variableSymbol then
        if symbol^.inFrame then emit(opUndef, symbol^.offset);
      symbol := symbol^.inScope
    end
  end else begin
    from := routine^.argumentBytes;
    copyParameters(routine, from);
    makeUndefined(from, frameBytes)
  end;
  openAllFiles;
  if routine = nil then bindFiles
end;

procedure closeFiles;
  var symbol: symbolPtr;
      place: placeRec;
begin
  symbol := scopes[level].last;
  while symbol <> nil do begin
    if symbol^.kind = variableSymbol then
      if (symbol^.typ^.form = fileForm) and not symbol^.isReference then begin
        localPlace(symbol^.offset, place);
        pushAddress(place);
        emitService(svClose)
      end;
    symbol := symbol^.inScope
  end
end;

procedure epilogue(routine: symbolPtr);
  var place: placeRec;
begin
  if routine = nil then emit(opStop, 0)
  else begin
    closeFiles;
    if routine^.result <> nil then begin
      localPlace(routine^.result^.offset, place);
      failing(noResultFailure);
      load(place, storageOf(routine^.result^.typ, false), true);
      emit(opSetres, 0)
    end;
    emit(opLeave, 0);
    emit(opRet, 0)
  end
end;

procedure addPrivate(offset: integer);
begin
  if privateCount = maxPrivates then giveUp('variables ');
  privateCount := privateCount + 1;
  privates[privateCount] := offset
end;

{ What the program file says about a routine. }
procedure noteRoutine(routine: symbolPtr; begun: integer);
  var symbol: symbolPtr;
      number, last: integer;
begin
  if routineCount = maxRoutines then giveUp('routines  ');
  routineCount := routineCount + 1;
  routines[routineCount].level := level;
  with routines[routineCount] do begin
    start := begun;
    finish := codeSize;
    firstPrivate := privateCount + 1;
    if routine = nil then begin
      name := programName;
      argumentBytes := frameHeader
    end else name := routine^.name
  end;
  if routine <> nil then routines[routineCount].argumentBytes := routine^.argumentBytes;
  symbol := scopes[level].last;
  while symbol <> nil do begin
    if isPrivate(symbol) then
      if (level > 0) or symbol^.inFrame then addPrivate(symbol^.offset);
    symbol := symbol^.inScope
  end;
  if routine <> nil then
    if routine^.result <> nil then
      if isPrivate(routine^.result) then addPrivate(routine^.result^.offset);
  last := (mostBytesUsed - temporaryBase) div 8;
  if last > maxTemporaries then last := maxTemporaries;
  for number := 0 to last do begin
    if isScalar[number] and not isBlock[number] then addPrivate(temporaryBase + 8 * number);
    isScalar[number] := false;
    isBlock[number] := false
  end;
  routines[routineCount].lastPrivate := privateCount
end;

procedure checkLabels;
  var known: labelPtr;
begin
  known := scopes[level].labels;
  while known <> nil do begin
    if not known^.isPlaced then errorNumbered(labelNowhere, known^.at, known^.value);
    known := known^.next
  end
end;

{ The statements of a block, with the code round them. }
procedure body(routine: symbolPtr; place: integer; follow: tokenSet);
  var begun, entering, bytes: integer;
begin
  begun := codeSize;
  bytes := frameBytes;
  if routine = nil then begin
    globalBytes := alignUp(frameBytes, 16);
    mainEntry := codeSize;
    bytes := frameHeader;
    putInFrame(bytes)
  end else placeLabel(routine^.entry);
  temporaryBase := alignUp(bytes, 8);
  temporaryBytes := temporaryBase;
  mostBytesUsed := temporaryBase;
  mark(place);
  entering := enterFrame(bytes);
  prologue(routine);
  expect(beginWord);
  statementSequence(endWord, follow);
  { "end" has three letters. }
  mark(previousEnd - 3);
  epilogue(routine);
  completeFrame(entering);
  noteRoutine(routine, begun)
end;

procedure block;
  var outerBytes: integer;
      outerWiths: withPtr;
begin
  outerBytes := frameBytes;
  outerWiths := withRecords;
  withRecords := nil;
  openScope(routine);
  frameBytes := routine^.argumentBytes;
  declareParameters(routine);
  declarations(follow);
  body(routine, routine^.at, follow);
  checkLabels;
  closeScope;
  if routine^.isFunction and not routine^.isAssigned and (routine^.typ^.form <> errorForm) then
    errorNamed(neverAssigned, routine^.at, routine^.name);
  frameBytes := outerBytes;
  withRecords := outerWiths
end;

{ The program's heading. Section 6.10. }
procedure programHeading;
  var symbol, other: symbolPtr;
begin
  expect(programWord);
  programName := declaredName;
  if token = leftParen then begin
    nextToken;
    nameList(typeSymbol, [rightParen, semicolon], files);
    expect(rightParen)
  end;
  symbol := files;
  while symbol <> nil do begin
    other := files;
    while other <> symbol do begin
      if other^.name = symbol^.name then errorNamed(parameterTwice, symbol^.at, symbol^.name);
      other := other^.next
    end;
    symbol := symbol^.next
  end;
  endDeclaration([])
end;

{ input and output are declared by being in the heading. }
procedure declareStandardFiles;
  var parameter, symbol: symbolPtr;
begin
  parameter := files;
  while parameter <> nil do begin
    if (parameter^.name = inputName) or (parameter^.name = outputName) then begin
      symbol := newSymbol(variableSymbol, parameter^.name, parameter^.at, textType);
      symbol^.offset := allocate(sizeOf(textType, false), 8, parameter^.at);
      declare(symbol);
      if parameter^.name = inputName then inputSymbol := symbol else outputSymbol := symbol
    end;
    parameter := parameter^.next
  end
end;

procedure compileProgram;
  var place: integer;
begin
  openScope(nil);
  frameBytes := 0;
  nextToken;
  place := tokenAt;
  programHeading;
  declareStandardFiles;
  declarations([point]);
  body(nil, place, [point]);
  checkLabels;
  if token <> point then missing(point)
  else begin
    nextToken;
    if token <> endOfFile then error(afterEnd, tokenAt)
  end
end;

{ ---- The program file: docs/pcode.md, "Files" ---- }

procedure putByte(value: integer);
begin
  if imageSize > maxImage then giveUp('output    ');
  image[imageSize] := value;
  imageSize := imageSize + 1
end;

{ Four bytes, the least first. }
procedure putWord(value: integer);
  var count: integer;
begin
  for count := 1 to 4 do begin
    putByte(value mod 256);
    value := value div 256
  end
end;

{ A number in groups of seven bits, the least first. }
procedure putNumber(value: integer);
begin
  while value >= 128 do begin
    putByte(value mod 128 + 128);
    value := value div 128
  end;
  putByte(value)
end;

procedure putName(name: nameIndex);
  var index: integer;
begin
  if name = 0 then putNumber(0)
  else
    with names[name] do begin
      putNumber(length);
      for index := start to start + length - 1 do putByte(ord(nameChars[index]))
    end
end;

{ A word, without the spaces behind it. }
procedure putText(word: alfa);
  var index, length: integer;
begin
  length := 10;
  while word[length] = ' ' do length := length - 1;
  putNumber(length);
  for index := 1 to length do putByte(ord(word[index]))
end;

{ Begins a section; its length is put in at its end. }
procedure beginSection(name: alfa; var start: integer);
  var index: integer;
begin
  for index := 1 to 4 do putByte(ord(name[index]));
  putWord(0);
  start := imageSize
end;

procedure changeWord(place, value: integer);
  var count: integer;
begin
  for count := 0 to 3 do begin
    image[place + count] := value mod 256;
    value := value div 256
  end
end;

procedure endSection(start: integer);
begin
  changeWord(start - 4, imageSize - start)
end;

procedure mainSection;
  var start, count, index: integer;
      parameter: symbolPtr;
begin
  beginSection('MAIN      ', start);
  putNumber(mainEntry);
  putNumber(globalBytes);
  putName(programName);
  putNumber(names[programName].length + 4);
  for index := names[programName].start to names[programName].start + names[programName].length - 1 do
    putByte(ord(nameChars[index]));
  putByte(ord('.'));
  putByte(ord('p'));
  putByte(ord('a'));
  putByte(ord('s'));
  count := 0;
  parameter := files;
  while parameter <> nil do begin
    count := count + 1;
    parameter := parameter^.next
  end;
  putNumber(count);
  parameter := files;
  while parameter <> nil do begin
    putName(parameter^.name);
    parameter := parameter^.next
  end;
  endSection(start)
end;

{ Labels become distances. }
procedure codeSection;
  var start, index, operand: integer;
begin
  beginSection('CODE      ', start);
  for index := 0 to codeSize - 1 do
    with code[index] do begin
      operand := code[index].operand;
      if operation in [opJmp, opJz, opJnz, opCall, opLdp] then operand := labelPlaces[operand] - index;
      if operand < 0 then operand := operand + chunk;
      putByte(operand mod 256);
      putByte(operand div 256 mod 256);
      putByte(operand div 65536);
      putByte(operation)
    end;
  endSection(start)
end;

procedure dataSection;
  var start, index: integer;
begin
  beginSection('DATA      ', start);
  for index := 0 to dataSize - 1 do putByte(data[index]);
  endSection(start)
end;

procedure routineSection;
  var begun, index, number: integer;
begin
  beginSection('PROC      ', begun);
  putNumber(routineCount);
  for index := 1 to routineCount do
    with routines[index] do begin
      putName(name);
      putNumber(level);
      putNumber(start);
      putNumber(finish);
      putNumber(argumentBytes);
      putNumber(lastPrivate - firstPrivate + 1);
      for number := firstPrivate to lastPrivate do putNumber(privates[number])
    end;
  endSection(begun)
end;

procedure placeSection;
  var start, index, before: integer;
begin
  beginSection('LINE      ', start);
  putNumber(placeCount);
  before := 0;
  for index := 1 to placeCount do begin
    putNumber(places[index].instruction - before);
    before := places[index].instruction;
    putNumber(lineOf(places[index].at));
    putNumber(columnOf(places[index].at))
  end;
  endSection(start)
end;

{ What it means where a check fails, by the names that the machine knows. }
procedure failureSection;
  var start, index, before: integer;
begin
  beginSection('FAIL      ', start);
  putNumber(15);
  putText('index     ');
  putText('variant   ');
  putText('range     ');
  putText('parameter ');
  putText('set       ');
  putText('chr       ');
  putText('succ      ');
  putText('pred      ');
  putText('case      ');
  putText('width     ');
  putText('result    ');
  putText('noResult  ');
  putText('for       ');
  putText('pack      ');
  putText('conformant');
  putNumber(failureCount);
  before := 0;
  for index := 1 to failureCount do begin
    putNumber(failures[index].instruction - before);
    before := failures[index].instruction;
    putNumber(ord(failures[index].means))
  end;
  endSection(start)
end;

{ A text file ends with the end of a line, so the last section does: the machine passes it over. }
procedure lastSection;
  var start: integer;
begin
  beginSection('ENDS      ', start);
  putByte(textLineEnd);
  endSection(start)
end;

{ CRC-32 as in ISO 3309, of all from a place on: four bytes, the least first. The table has for each byte what eight steps make of
  it; halves of bytes are combined by a table too, as Pascal has no exclusive or. }
procedure checksum(from, place: integer);
  type
    half = 0..15;
    bytes = packed array [0..3] of byte;
  var exclusive: packed array [half, half] of half;
      steps: array [byte] of bytes;
      crc: bytes;
      index, part, selected: integer;

  procedure makeExclusive;
    var one, other: half;
  begin
    for one := 0 to 15 do
      for other := 0 to 15 do
        if (one = 0) and (other = 0) then exclusive[one, other] := 0
        else exclusive[one, other] := 2 * exclusive[one div 2, other div 2] + ord(odd(one) <> odd(other))
  end;

  function combined(one, other: byte): byte;
  begin
    combined := 16 * exclusive[one div 16, other div 16] + exclusive[one mod 16, other mod 16]
  end;

  { One step of a byte's: half of it, combined with the polynomial where a one fell out. }
  procedure step(var value: bytes);
    var fell: boolean;
        part: integer;
  begin
    fell := odd(value[0]);
    for part := 0 to 3 do begin
      value[part] := value[part] div 2;
      if part < 3 then
        if odd(value[part + 1]) then value[part] := value[part] + 128
    end;
    if fell then begin
      { The polynomial is EDB88320. }
      value[0] := combined(value[0], 32);
      value[1] := combined(value[1], 131);
      value[2] := combined(value[2], 184);
      value[3] := combined(value[3], 237)
    end
  end;

  procedure makeSteps;
    var index, count: integer;
        value: bytes;
  begin
    for index := 0 to 255 do begin
      value[0] := index;
      for count := 1 to 3 do value[count] := 0;
      for count := 1 to 8 do step(value);
      steps[index] := value
    end
  end;

begin
  makeExclusive;
  makeSteps;
  for part := 0 to 3 do crc[part] := 255;
  for index := from to imageSize - 1 do begin
    selected := combined(crc[0], image[index]);
    crc[0] := combined(crc[1], steps[selected][0]);
    crc[1] := combined(crc[2], steps[selected][1]);
    crc[2] := combined(crc[3], steps[selected][2]);
    crc[3] := steps[selected][3]
  end;
  for part := 0 to 3 do image[place + part] := 255 - crc[part]
end;

procedure writeProgram;
  const headerBytes = 16;
  var index: integer;
begin
  imageSize := 0;
  putByte(ord('P'));
  putByte(ord('C'));
  putByte(ord('O'));
  putByte(textLineEnd);
  putWord(1);
  putWord(0);
  putWord(0);
  mainSection;
  codeSection;
  dataSection;
  routineSection;
  placeSection;
  failureSection;
  lastSection;
  checksum(headerBytes, 8);
  changeWord(12, imageSize - headerBytes);
  for index := 0 to imageSize - 1 do write(chr(image[index]))
end;

{ ---- Beginning ---- }

procedure nameWords;

  procedure enter(word: alfa; kind: tokenKind);
  begin
    wordToken[knownName(word)] := kind
  end;

begin
  enter('and       ', andWord);
  enter('array     ', arrayWord);
  enter('begin     ', beginWord);
  enter('case      ', caseWord);
  enter('const     ', constWord);
  enter('div       ', divWord);
  enter('do        ', doWord);
  enter('downto    ', downtoWord);
  enter('else      ', elseWord);
  enter('end       ', endWord);
  enter('file      ', fileWord);
  enter('for       ', forWord);
  enter('function  ', functionWord);
  enter('goto      ', gotoWord);
  enter('if        ', ifWord);
  enter('in        ', inWord);
  enter('label     ', labelWord);
  enter('mod       ', modWord);
  enter('nil       ', nilWord);
  enter('not       ', notWord);
  enter('of        ', ofWord);
  enter('or        ', orWord);
  enter('packed    ', packedWord);
  enter('procedure ', procedureWord);
  enter('program   ', programWord);
  enter('record    ', recordWord);
  enter('repeat    ', repeatWord);
  enter('set       ', setWord);
  enter('then      ', thenWord);
  enter('to        ', toWord);
  enter('type      ', typeWord);
  enter('until     ', untilWord);
  enter('var       ', varWord);
  enter('while     ', whileWord);
  enter('with      ', withWord)
end;

{ What the standard declares itself. Sections 6.4.2.2, 6.6.5 and 6.6.6. }
procedure declareStandard;

  procedure enter(symbol: symbolPtr);
  begin
    names[symbol^.name].meaning := symbol
  end;

  procedure enterType(word: alfa; typ: typePtr);
  begin
    if typ^.form = ordinalForm then typ^.typeName := knownName(word);
    enter(newSymbol(typeSymbol, knownName(word), 0, typ))
  end;

  function constantOf(word: alfa; typ: typePtr; value: integer): symbolPtr;
    var made: symbolPtr;
  begin
    made := newSymbol(constantSymbol, knownName(word), 0, typ);
    ordinalConstant(typ, value, made^.constant);
    enter(made);
    constantOf := made
  end;

  procedure enterRoutine(word: alfa; standard: standardName);
    var made: symbolPtr;
  begin
    made := newSymbol(standardSymbol, knownName(word), 0, errorType);
    made^.standard := standard;
    enter(made)
  end;

  procedure enterConstants;
    var made: symbolPtr;
  begin
    made := constantOf('maxint    ', integerType, maxint);
    booleanType^.firstValue := constantOf('false     ', booleanType, 0);
    booleanType^.firstValue^.next := constantOf('true      ', booleanType, 1)
  end;

begin
  enterType('integer   ', integerType);
  enterType('real      ', realType);
  enterType('boolean   ', booleanType);
  enterType('char      ', charType);
  enterType('text      ', textType);
  enterConstants;
  enterRoutine('abs       ', stAbs);
  enterRoutine('sqr       ', stSqr);
  enterRoutine('sin       ', stSin);
  enterRoutine('cos       ', stCos);
  enterRoutine('exp       ', stExp);
  enterRoutine('ln        ', stLn);
  enterRoutine('sqrt      ', stSqrt);
  enterRoutine('arctan    ', stArctan);
  enterRoutine('trunc     ', stTrunc);
  enterRoutine('round     ', stRound);
  enterRoutine('ord       ', stOrd);
  enterRoutine('chr       ', stChr);
  enterRoutine('succ      ', stSucc);
  enterRoutine('pred      ', stPred);
  enterRoutine('odd       ', stOdd);
  enterRoutine('eof       ', stEof);
  enterRoutine('eoln      ', stEoln);
  enterRoutine('rewrite   ', stRewrite);
  enterRoutine('put       ', stPut);
  enterRoutine('reset     ', stReset);
  enterRoutine('get       ', stGet);
  enterRoutine('read      ', stRead);
  enterRoutine('readln    ', stReadln);
  enterRoutine('write     ', stWrite);
  enterRoutine('writeln   ', stWriteln);
  enterRoutine('page      ', stPage);
  enterRoutine('new       ', stNew);
  enterRoutine('dispose   ', stDispose);
  enterRoutine('pack      ', stPack);
  enterRoutine('unpack    ', stUnpack);
  enterRoutine('halt      ', stHalt)
end;

procedure makeTypes;
begin
  integerType := newOrdinal(-maxint, maxint);
  booleanType := newOrdinal(0, 1);
  charType := newOrdinal(0, 255);
  realType := newSimple(realForm);
  nilType := newSimple(nilForm);
  errorType := newSimple(errorForm);
  emptySetType := newSet(nil, false, true);
  textType := newSimple(fileForm);
  textType^.component := charType;
  textType^.isText := true
end;

procedure makeTokens;
  var character: char;
      index: integer;
begin
  for index := 0 to 255 do begin
    character := chr(index);
    singles[character] := unknownToken
  end;
  singles['+'] := plus;
  singles['-'] := minus;
  singles['*'] := times;
  singles['/'] := slash;
  singles['='] := equal;
  singles['['] := leftBracket;
  singles[']'] := rightBracket;
  singles[','] := comma;
  singles[';'] := semicolon;
  singles['^'] := arrow;
  singles['@'] := arrow;
  singles[')'] := rightParen;
  letters := ['A'..'Z', 'a'..'z'];
  digits := ['0'..'9'];
  spaces := [' ', chr(9), chr(textLineEnd), chr(12), chr(13)];
  declarationStart := [labelWord, constWord, typeWord, varWord, procedureWord, functionWord];
  statementStart := [identifier, integerNumber, beginWord, ifWord, whileWord, repeatWord, forWord, caseWord,
    withWord, gotoWord];
  constantStart := [identifier, integerNumber, realNumber, stringText, plus, minus];
  typeStart := constantStart + [leftParen, arrow, packedWord, arrayWord, recordWord, setWord, fileWord];
  expressionStart := constantStart + [nilWord, leftParen, leftBracket, notWord];
  comparisons := [equal, unequal, less, atMost, greater, atLeast, inWord]
end;

procedure initialize;
  var index: integer;
begin
  errors := nil;
  lastError := nil;
  at := 0;
  tokenEnd := 0;
  nameCount := 0;
  nameCharCount := 0;
  stringCharCount := 0;
  for index := 0 to hashSize do hashes[index] := 0;
  for index := 0 to maxTemporaries do begin
    isScalar[index] := false;
    isBlock[index] := false
  end;
  pendingPointers := nil;
  openType := 0;
  level := -1;
  uses := 0;
  sections := 0;
  frameBytes := 0;
  withRecords := nil;
  inputSymbol := nil;
  outputSymbol := nil;
  nesting := 0;
  codeSize := 0;
  labelCount := 0;
  placeCount := 0;
  lastAt := noValue;
  failureCount := 0;
  dataSize := 0;
  constantCount := 0;
  routineCount := 0;
  privateCount := 0;
  programName := 0;
  files := nil;
  makeTokens;
  makeTypes;
  nameWords;
  declareStandard;
  inputName := knownName('input     ');
  outputName := knownName('output    ');
  forwardName := knownName('forward   ')
end;

begin
  initialize;
  readText;
  compileProgram;
  if errors = nil then writeProgram
  else begin
    showErrors;
    halt(1)
  end
end.
