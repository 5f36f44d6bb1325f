unit tools;
interface
implementation
end.
