using System.Text;

namespace Terra.Runtime.Compiler;

/// <summary>
/// The passes over element-wise IR, in their order. Each rebuilds the program in a fresh graph, so common subexpressions are shared and dead nodes gone
/// after any of them.
/// </summary>
public static class IrPasses
{
    /// <summary>A pass: its name, why it stands where it does, and what it does to a node.</summary>
    public sealed record Pass(string Name, string Reason, IrRewrite Rewrite);

    public static IReadOnlyList<Pass> All { get; } =
    [
        new("canonicalize", "first, so that equal programs meet as early as possible", IrCanonicalizer.Rewrite),
        new("expand-narrow-floats", "stores and loads of the same 16-bit type have met; what follows sees integers and Float32", NarrowFloatExpansion.Rewrite),
        new("expand-functions", "after folding has removed what need not be computed, before anything emits code", FunctionExpansion.Rewrite),
        new("canonicalize-expanded", "expansion leaves constants to fold and shared parts to order", IrCanonicalizer.Rewrite),
    ];

    /// <summary>The outputs after all passes.</summary>
    public static IrNode[] Run(IrNode[] outputs)
    {
        foreach (Pass pass in All)
        {
            outputs = new IrRewriter(new IrGraph(), pass.Rewrite).Rewrite(outputs);
        }

        return outputs;
    }

    /// <summary>The program before the first and after each pass, as text.</summary>
    public static string Dump(IrNode[] outputs)
    {
        var text = new StringBuilder("input:\n").Append(IrGraph.Dump(outputs));
        foreach (Pass pass in All)
        {
            outputs = new IrRewriter(new IrGraph(), pass.Rewrite).Rewrite(outputs);
            text.Append(pass.Name).Append(":\n").Append(IrGraph.Dump(outputs));
        }

        return text.ToString();
    }
}
