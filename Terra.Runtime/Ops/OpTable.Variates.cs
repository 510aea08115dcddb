using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using static Terra.Runtime.Ops.PointwiseOps;

namespace Terra.Runtime.Ops;

/// <content>Draws from distributions whose parameters are tensors and that take a varying number of random numbers for an element.</content>
public static partial class OpTable
{
    public static readonly OpDef poisson = new("aten::poisson(Tensor self, Philox generator) -> Tensor", static call => [Variates(call)])
    {
        Kernel = VariateKernels.Poisson,
        Derivative = Derivative.Zero.Rule,
        CheckData = VariateKernels.CheckRates,
        CheckedInputs = [0],
    };

    public static readonly OpDef binomial = new("aten::binomial(Tensor count, Tensor prob, Philox generator) -> Tensor", static call =>
    {
        TensorImpl count = call.Input(0), probability = call.Input(1);
        return count.Layout.SameSizes(probability.Layout) && count.DType == probability.DType
            ? [Variates(call)]
            : throw ShapeErrors.Error(
                $"binomial: expected count and prob of equal sizes and dtype, but got {ShapeErrors.Text(count.Sizes)} of {ShapeErrors.Name(count.DType)} and {ShapeErrors.Text(probability.Sizes)} of {ShapeErrors.Name(probability.DType)}");
    })
    {
        Kernel = VariateKernels.Binomial,
        Derivative = static c => [Derivative.ZerosLike(c.Call.Input(0)), Derivative.ZerosLike(c.Call.Input(1))],
    };

    public static readonly OpDef _standard_gamma = new("aten::_standard_gamma(Tensor self, Philox generator) -> Tensor", static call => [Variates(call)])
    {
        Kernel = VariateKernels.StandardGamma,
        Derivative = static c =>
        {
            using TensorImpl slope = Aten._standard_gamma_grad(c.Call.Input(0), c.Call.Outputs[0]);
            return [Aten.mul(c.Grad(0)!, slope)];
        },
        SavedInputs = [0],
        SavedOutputs = [0],
    };

    public static readonly OpDef _standard_gamma_grad = Define(
        "aten::_standard_gamma_grad(Tensor self, Tensor output) -> Tensor",
        static call => TensorsPromoted(call) is var dtype && dtype.IsFloatingPoint() ? dtype : throw ShapeErrors.NotImplemented("_standard_gamma_grad", dtype),
        OfTensors(static (b, alpha, x) => b.StandardGammaGrad(alpha, x)));

    private static OutputSpec Variates(OpInvocation call)
    {
        TensorImpl first = call.Input(0);
        return first.DType.IsFloatingPoint()
            ? new OutputSpec(ShapeRules.Contiguous(first.Layout), first.DType)
            : throw ShapeErrors.NotImplemented(call.Op.Name["aten::".Length..], first.DType);
    }
}
