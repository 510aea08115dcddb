namespace Terra.Runtime.Compiler;

public sealed class IrNode { }

public sealed class PointwiseBuilder { }
