using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// Derivatives of the activations' gradient ops, <c>grad * f'(x)</c>: to the gradient the same op, to x <c>grad * f''(x)</c>. With them a backward
/// pass can itself be differentiated.
/// </summary>
internal static class ActivationGradients
{
    /// <summary>The derivative of <c>grad * f'(x)</c> from f' (the op itself on another gradient) and f''.</summary>
    public static Derivative Of(Func<BackwardContext, TensorImpl> first, Func<OpInvocation, TensorImpl> second) => Derivative.OfTwo(
        first,
        c =>
        {
            using TensorImpl curvature = second(c.Call), grads = Aten.mul(c.Grad(0)!, c.Call.Input(0));
            return Aten.mul(grads, curvature);
        },
        [0, 1]);

    /// <summary><c>s (1 - s) (2 + x (1 - 2 s))</c>, s the sigmoid.</summary>
    public static TensorImpl Silu(OpInvocation call)
    {
        TensorImpl x = call.Input(1);
        using TensorImpl s = Aten.sigmoid(x), bell = SigmoidSlope(s), twice = Aten.mul(s, 2), rest = Aten.rsub(twice, 1, 1);
        using TensorImpl scaled = Aten.mul(x, rest), factor = Aten.add(scaled, 2, 1);
        return Aten.mul(bell, factor);
    }

    /// <summary><c>(1 - t^2) s (2 + x (1 - s - 2 t s))</c>, s the sigmoid and t the tanh of softplus.</summary>
    public static TensorImpl Mish(OpInvocation call)
    {
        TensorImpl x = call.Input(1);
        using TensorImpl s = Aten.sigmoid(x), softplus = Aten.softplus(x, 1, 20), t = Aten.tanh(softplus), ts = Aten.mul(t, s);
        using TensorImpl rest = Aten.rsub(s, 1, 1), inner = Aten.sub(rest, ts, 2), scaled = Aten.mul(x, inner), factor = Aten.add(scaled, 2, 1);
        using TensorImpl slope = Aten.tanh_backward(s, t);
        return Aten.mul(slope, factor);
    }

    /// <summary><c>s (s - 1)</c>, s the sigmoid.</summary>
    public static TensorImpl LogSigmoid(OpInvocation call)
    {
        using TensorImpl s = Aten.sigmoid(call.Input(1)), bell = SigmoidSlope(s);
        return Aten.neg(bell);
    }

    /// <summary><c>beta s (1 - s)</c>, s the sigmoid of <c>beta x</c>; zero beyond the threshold.</summary>
    public static TensorImpl Softplus(OpInvocation call)
    {
        ScalarValue beta = call.Scalar(0);
        using TensorImpl scaled = Aten.mul(call.Input(1), beta), s = Aten.sigmoid(scaled), bell = SigmoidSlope(s), slope = Aten.mul(bell, beta);
        using TensorImpl linear = Aten.gt(scaled, call.Scalar(1));
        return Aten.masked_fill(slope, linear, 0);
    }

    /// <summary>One third between -3 and 3, else zero.</summary>
    public static TensorImpl Hardswish(OpInvocation call)
    {
        using TensorImpl distance = Aten.abs(call.Input(1)), inside = Aten.lt(distance, 3), number = Aten._to_copy(inside, call.Input(1).DType);
        return Aten.div(number, 3);
    }

    /// <summary>From the input <c>alpha scale input_scale^2 exp(input_scale x)</c>, from the result <c>input_scale</c>; zero where positive.</summary>
    public static TensorImpl Elu(OpInvocation call)
    {
        TensorImpl x = call.Input(1);
        ScalarValue inputScale = call.Scalar(2);
        using TensorImpl positive = Aten.gt(x, 0);
        if (call.Bool(3))
        {
            using TensorImpl constant = Aten.full(x.Sizes.ToArray(), inputScale, x.DType);
            return Aten.masked_fill(constant, positive, 0);
        }

        double factor = call.Scalar(0).ToDouble() * call.Scalar(1).ToDouble() * inputScale.ToDouble() * inputScale.ToDouble();
        using TensorImpl scaled = Aten.mul(x, inputScale), exponential = Aten.exp(scaled), slope = Aten.mul(exponential, factor);
        return Aten.masked_fill(slope, positive, 0);
    }

    /// <summary><c>(2 - x^2)</c> times the normal density; for the tanh form <c>(1 - t^2) (u' + x / 2 (u'' - 2 t u'^2))</c> with <c>t = tanh(u)</c>.</summary>
    public static TensorImpl Gelu(OpInvocation call)
    {
        TensorImpl x = call.Input(1);
        using TensorImpl squared = Aten.mul(x, x);
        if (call.Attrs[0].AsString == "none")
        {
            using TensorImpl exponent = Aten.mul(squared, -0.5), bell = Aten.exp(exponent), density = Aten.div(bell, Math.Sqrt(2 * Math.PI));
            using TensorImpl rest = Aten.rsub(squared, 2, 1);
            return Aten.mul(density, rest);
        }

        double k = Math.Sqrt(2 / Math.PI), cube = 0.044715;
        using TensorImpl scaled = Aten.mul(squared, cube), shifted = Aten.add(scaled, 1, 1), product = Aten.mul(shifted, x), u = Aten.mul(product, k);
        using TensorImpl scaledSlope = Aten.mul(squared, 3 * cube * k), slope = Aten.add(scaledSlope, k, 1), slopeSquared = Aten.mul(slope, slope);
        using TensorImpl t = Aten.tanh(u), bend = Aten.mul(x, 6 * cube * k), drop = Aten.mul(t, slopeSquared), inner = Aten.sub(bend, drop, 2);
        using TensorImpl halved = Aten.mul(inner, 0.5), weighted = Aten.mul(halved, x), factor = Aten.add(slope, weighted, 1);
        return Aten.tanh_backward(factor, t);
    }

    /// <summary><c>s (1 - s)</c>.</summary>
    private static TensorImpl SigmoidSlope(TensorImpl s)
    {
        using TensorImpl rest = Aten.rsub(s, 1, 1);
        return Aten.mul(s, rest);
    }
}
