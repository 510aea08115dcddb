using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>Records ops that take part in differentiation.</summary>
public static class Tape
{
    /// <summary>Called once per op after its outputs exist (placeholders included), by every interpreter.</summary>
    internal static void Record(OpInvocation call)
    {
    }
}
