namespace Terra.Weaver.Tests.Processing;

/// <summary>Tells what the weaver put into a method from what the compiler did.</summary>
public static class Hooks
{
    /// <summary>True for an instruction whose operand is one of the runtime's hooks or the class of ids that the weaver adds.</summary>
    public static bool IsHook(string instruction) =>
        instruction.Contains("Terra.Runtime.Tracing", StringComparison.Ordinal) || instruction.Contains("TerraModule", StringComparison.Ordinal);
}
