namespace Terra.Runtime.Ops;

/// <summary>Every op of the engine, each defined once. The files of this class group them by kind.</summary>
public static partial class OpTable;
