using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>A derivative rule with the arguments and results whose data it reads, in the few forms most ops have.</summary>
internal sealed record Derivative(DerivativeRule Rule, int[] SavedInputs, int[] SavedOutputs)
{
    /// <summary>The first argument's gradient is zero everywhere (rounding functions, overwritten tensors).</summary>
    public static Derivative Zero { get; } = new(static context => [ZerosLike(context.Call.Input(0))], [], []);

    /// <summary>The gradient passes to the first argument unchanged.</summary>
    public static Derivative Identity { get; } = new(static context => [context.Grad(0)], [], []);

    /// <summary>One argument's gradient from the result's alone.</summary>
    public static Derivative FromGrad(Func<TensorImpl, TensorImpl> rule) => new(context => [rule(context.Grad(0)!)], [], []);

    /// <summary>One argument's gradient from the result's gradient and the argument.</summary>
    public static Derivative FromInput(Func<TensorImpl, TensorImpl, TensorImpl> rule) =>
        new(context => [rule(context.Grad(0)!, context.Call.Input(0))], [0], []);

    /// <summary>One argument's gradient from the result's gradient and the result.</summary>
    public static Derivative FromResult(Func<TensorImpl, TensorImpl, TensorImpl> rule) =>
        new(context => [rule(context.Grad(0)!, context.Call.Outputs[0])], [], [0]);

    /// <summary>The gradients of two arguments, each computed only if it is wanted.</summary>
    public static Derivative OfTwo(
        Func<BackwardContext, TensorImpl?> first, Func<BackwardContext, TensorImpl?> second, int[] savedInputs, int[]? savedOutputs = null) =>
        new(context => [context.NeedsGrad(0) ? first(context) : null, context.NeedsGrad(1) ? second(context) : null], savedInputs, savedOutputs ?? []);

    /// <summary>A tensor of zeros of the same sizes and dtype.</summary>
    public static TensorImpl ZerosLike(TensorImpl tensor) => Aten.full(tensor.Sizes.ToArray(), 0, tensor.DType);

    /// <summary>The sum of two gradients, which are disposed of; the second one if there is no first.</summary>
    public static TensorImpl Added(TensorImpl? a, TensorImpl b)
    {
        if (a is null)
        {
            return b;
        }

        using (a)
        using (b)
        {
            return Aten.add(a, b, 1);
        }
    }

    /// <summary><c>grad * scale</c>, but the gradient itself where the scale is one (as PyTorch's maybe_multiply).</summary>
    public static TensorImpl MultiplyUnlessOne(TensorImpl grad, ScalarValue scale) => scale.ToDouble() == 1 ? grad : Aten.mul(grad, scale);
}
