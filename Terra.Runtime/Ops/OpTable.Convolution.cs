using Terra.Runtime.Backends.Cpu;

namespace Terra.Runtime.Ops;

public static partial class OpTable
{
    public static readonly OpDef convolution = new(
        "aten::convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups) -> Tensor",
        ConvolutionRules.Forward)
    {
        Kernel = ConvolutionKernels.Forward,
        KernelWithEpilogue = ConvolutionKernels.Forward,
        EpiloguePays = ConvolutionKernels.EpiloguePays,
        Derivative = ConvolutionRules.Derivative,
        SavedInputs = [0, 1],
    };

    public static readonly OpDef convolution_backward = new(
        "aten::convolution_backward(Tensor grad_output, Tensor input, Tensor weight, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups, bool[] output_mask) -> (Tensor, Tensor, Tensor)",
        ConvolutionRules.Backward)
    {
        Kernel = ConvolutionKernels.Backward,
        Derivative = SecondDerivatives.Convolution,
        SavedInputs = [0, 1, 2],
        Parts = [new KernelPart(ConvolutionKernels.InputGradient, [0]), new KernelPart(ConvolutionKernels.ParameterGradients, [1, 2])],
    };
}
