using Terra.Runtime.Compiler;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>The gamma function's family. Derivatives after PyTorch's derivatives.yaml.</content>
public static partial class OpTable
{
    public static readonly OpDef lgamma = FloatUnary("lgamma", static (b, x) => b.Lgamma(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl slope = Aten.digamma(x);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef digamma = FloatUnary("digamma", static (b, x) => b.Digamma(x), Derivative.FromInput(static (grad, x) =>
    {
        using TensorImpl slope = Aten.polygamma(1, x);
        return Aten.mul(grad, slope);
    }));

    public static readonly OpDef polygamma = Define(
        "aten::polygamma(int n, Tensor self) -> Tensor",
        static call => call.Int(0) >= 0
            ? FloatOfFirst(call)
            : throw ShapeErrors.Error($"polygamma(n, x) does not support negative n, got {call.Int(0)}"),
        static (b, call) =>
        {
            IrNode x = b.Cast(b.Input(0), FloatOfFirst(call));
            long n = call.Int(0);
            if (n == 0)
            {
                return b.Digamma(x);
            }

            // (-1)^(n+1) n! ζ(n + 1, x)
            double factor = n % 2 == 0 ? -1 : 1;
            for (long i = 2; i <= n && double.IsFinite(factor); i++)
            {
                factor *= i;
            }

            return b.Mul(b.Const(factor, x.DType), b.Zeta(b.Const(n + 1.0, x.DType), x));
        },
        new Derivative(
            static c =>
            {
                using TensorImpl slope = Aten.polygamma(c.Call.Int(0) + 1, c.Call.Input(0));
                return [Aten.mul(c.Grad(0)!, slope)];
            },
            [0],
            []));
}
