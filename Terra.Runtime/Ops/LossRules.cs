using Terra.Runtime.Autograd;
using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Shape rules and derivatives of losses.</summary>
internal static class LossRules
{
    public static OutputSpec[] NllForward(OpInvocation call)
    {
        TensorImpl self = call.Input(0), target = call.Input(1);
        CheckNll(self, target, call.OptionalInput(2));
        bool scalar = call.Int(0) != LossKernels.NoReduction || self.Rank == 1;
        return
        [
            new OutputSpec(scalar ? Layout.Scalar : Layout.Contiguous(target.Sizes.ToArray()), self.DType),
            new OutputSpec(Layout.Scalar, self.DType),
        ];
    }

    public static OutputSpec[] NllBackward(OpInvocation call)
    {
        ShapeRules.CheckFloats(call, 0, 2, 3);
        return [new OutputSpec(Layout.Contiguous((long[])call.Ints(2).Clone()), call.Input(0).DType)];
    }

    public static TensorImpl?[] NllDerivative(BackwardContext context)
    {
        OpInvocation call = context.Call;
        return [Aten.nll_loss_backward(context.Grad(0)!, call.Input(1), call.OptionalInput(2), call.Outputs[1], call.Int(0), call.Int(1), call.Input(0).Sizes.ToArray())];
    }

    /// <summary>Of binary cross entropy by the probability: (x - y) / (x (1 - x)), the divisor at least 1e-12.</summary>
    public static TensorImpl ProbabilityGradient(BackwardContext context)
    {
        TensorImpl x = context.Call.Input(0);
        using TensorImpl negated = Aten.neg(x), rest = Aten.add(negated, 1, 1), product = Aten.mul(rest, x), divisor = Aten.clamp_min(product, 1e-12);
        using TensorImpl difference = Aten.sub(x, context.Call.Input(1), 1), scaled = Aten.mul(context.Grad(0)!, difference);
        return Aten.div(scaled, divisor);
    }

    /// <summary>Of binary cross entropy by the target: log(1 - x) - log(x).</summary>
    public static TensorImpl TargetGradient(BackwardContext context)
    {
        TensorImpl x = context.Call.Input(0);
        using TensorImpl negated = Aten.neg(x), logRest = Aten.log1p(negated), log = Aten.log(x), slope = Aten.sub(logRest, log, 1);
        return Aten.mul(context.Grad(0)!, slope);
    }

    /// <summary>The losses of the elements of two tensors, self and target, or their sum or mean.</summary>
    public static OutputSpec[] OfElements(OpInvocation call)
    {
        DType dtype = PointwiseOps.TensorsPromoted(call);
        Layout layout = ShapeRules.Broadcast(call);
        return dtype.IsFloatingPoint()
            ? [new OutputSpec(call.Int(0) == LossKernels.NoReduction ? layout : Layout.Scalar, dtype)]
            : throw ShapeErrors.NotImplemented(call.Op.Name["aten::".Length..], dtype);
    }

    /// <summary>The gradients of self and target of a loss of their distances, from the loss's derivative by the difference.</summary>
    public static TensorImpl?[] DistanceGradients(BackwardContext context, Func<BackwardContext, TensorImpl, TensorImpl> slope)
    {
        OpInvocation call = context.Call;
        using TensorImpl difference = Aten.sub(call.Input(0), call.Input(1), 1), slopes = slope(context, difference);
        using TensorImpl? share = call.Int(0) == LossKernels.Mean ? Aten.mul(context.Grad(0)!, 1.0 / difference.NumberOfElements) : null;
        TensorImpl gradient = Aten.mul(slopes, share ?? context.Grad(0)!);
        return [gradient, context.NeedsGrad(1) ? Aten.neg(gradient) : null];
    }

    private static void CheckNll(TensorImpl self, TensorImpl target, TensorImpl? weight)
    {
        if (self.Rank is not (1 or 2 or 3))
        {
            throw ShapeErrors.Error("input tensor should be 1D, 2D or 3D");
        }

        if (!self.DType.IsFloatingPoint())
        {
            throw ShapeErrors.NotImplemented("nll_loss_out_frame", self.DType);
        }

        if (target.DType != DType.Int64)
        {
            throw ShapeErrors.Error($"expected scalar type Long but found {ShapeErrors.Name(target.DType)}");
        }

        bool single = self.Rank == 1 && target.NumberOfElements == 1 && target.Rank <= 1;
        bool batch = self.Rank == 2 && target.Rank == 1 && target.Sizes[0] == self.Sizes[0];
        bool maps = self.Rank == 3 && target.Rank == 2 && target.Sizes[0] == self.Sizes[0] && target.Sizes[1] == self.Sizes[2];
        if (!single && !batch && !maps)
        {
            throw ShapeErrors.Error($"size mismatch (got input: {ShapeErrors.Text(self.Sizes)}, target: {ShapeErrors.Text(target.Sizes)})");
        }

        long classes = self.Sizes[self.Rank == 1 ? 0 : 1];
        if (weight is not null && (weight.Rank != 1 || weight.Sizes[0] != classes || weight.DType != self.DType))
        {
            throw ShapeErrors.Error(
                $"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of shape: {ShapeErrors.Text(weight.Sizes)}");
        }
    }
}
