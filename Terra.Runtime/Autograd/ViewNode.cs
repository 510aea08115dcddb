using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.Autograd;

/// <summary>The backward of a view.</summary>
internal sealed class ViewNode(ViewOp op, Edge next, GradientMetadata input, GradientMetadata output) : Node([next], [output], ProgramHooks.NextView())
{
    public override string Name => $"{op.Name}Backward0";

    internal override TensorImpl?[] Apply(TensorImpl?[] gradients, bool[] wanted) => [op.Backward(gradients[0]!, input.Layout)];
}
