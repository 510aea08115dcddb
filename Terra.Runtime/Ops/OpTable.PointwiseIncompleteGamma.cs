using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>The incomplete gamma functions, with derivatives by both arguments.</content>
public static partial class OpTable
{
    public static readonly OpDef igamma = IncompleteGamma("igamma", upper: false);

    public static readonly OpDef igammac = IncompleteGamma("igammac", upper: true);

    private static OpDef IncompleteGamma(string name, bool upper) => Define(
        $"aten::{name}(Tensor self, Tensor other) -> Tensor",
        FloatOfTensors,
        OfFloatTensors((b, a, x) => upper ? b.Igammac(a, x) : b.Igamma(a, x)),
        Derivative.OfTwo(c => ShapeSlope(c, upper), c => ArgumentSlope(c, upper), [0, 1]));

    /// <summary>-p(x) times how a draw moves with the shape; of the upper function, the opposite.</summary>
    private static TensorImpl ShapeSlope(BackwardContext c, bool upper)
    {
        using TensorImpl shift = Aten._standard_gamma_grad(c.Call.Input(0), c.Call.Input(1)), toArgument = ArgumentSlope(c, upper), product = Aten.mul(toArgument, shift);
        return Aten.neg(product);
    }

    /// <summary>The density exp((a - 1) log x - x - log Γ(a)); of the upper function, the opposite.</summary>
    private static TensorImpl ArgumentSlope(BackwardContext c, bool upper)
    {
        TensorImpl a = c.Call.Input(0), x = c.Call.Input(1);
        using TensorImpl less = Aten.sub(a, 1, 1), power = Aten.xlogy(less, x), decayed = Aten.sub(power, x, 1), normalizer = Aten.lgamma(a);
        using TensorImpl logarithm = Aten.sub(decayed, normalizer, 1), density = Aten.exp(logarithm), signed = upper ? Aten.neg(density) : density.Alias();
        return Aten.mul(c.Grad(0)!, signed);
    }
}
