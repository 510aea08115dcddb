using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tracing;

/// <summary>
/// What the weaver's op capture calls from the start and the end of every leaf op method. The woven shape is
/// <code>
/// if (OpCapture.IsActive) {                       // else: the original body, nothing more
///     OpInvocation call = OpCapture.Begin(op);    // op: a static readonly field, from OpCapture.Resolve("aten::...")
///     call.Add(arg0).Add(arg1)...;
///     if (OpCapture.TryIntercept(call)) return call.Outputs[0] (or call.Outputs);   // co-executing: a placeholder
///     result = original body;                     // tracing: run it,
///     OpCapture.Record(call, result);             // and record it
///     return result;
/// }
/// </code>
/// </summary>
public static class OpCapture
{
    [ThreadStatic]
    private static bool t_active;

    /// <summary>True while ops of this thread are to be recorded or taken over.</summary>
    public static bool IsActive => t_active;

    internal static void SetActive(bool active) => t_active = active;

    /// <exception cref="KeyNotFoundException">No op of that name is in the table.</exception>
    public static OpDef Resolve(string name) => OpRegistry.Find(name);

    public static OpInvocation Begin(OpDef op) => new(op);

    /// <summary>True if the op was taken over: its outputs are placeholders and the body must not run.</summary>
    public static bool TryIntercept(OpInvocation call)
    {
        if (ProgramFlow.Held is not { Iteration: { } iteration })
        {
            return false;
        }

        Tape.Prepare(call);
        if (iteration.TryIntercept(call))
        {
            return true;
        }

        Tape.HandOver(call);
        return false;
    }

    public static void Record(OpInvocation call, TensorImpl result) => AddToTrace(call);

    public static void Record(OpInvocation call, TensorImpl[] results) => AddToTrace(call);

    private static void AddToTrace(OpInvocation call)
    {
        if (ProgramFlow.Current is { IsHeld: true, Iteration: { } iteration })
        {
            iteration.Record(call);
        }
    }
}
