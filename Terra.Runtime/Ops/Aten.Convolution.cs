using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

public static partial class Aten
{
    /// <summary>
    /// Convolution over one to three spatial dimensions: input [n, c, (d, h,) w], weight [o, c / groups, (kd, kh,) kw] (transposed:
    /// [c, o / groups, (kd, kh,) kw]), bias [o]. Lists of one entry stand for all dimensions.
    /// </summary>
    [TensorOp("aten::convolution")]
    public static TensorImpl convolution(
        TensorImpl input, TensorImpl weight, TensorImpl? bias, long[] stride, long[] padding, long[] dilation, bool transposed, long[] output_padding, long groups) =>
        Eager.Run(new OpInvocation(OpTable.convolution)
            .Add(input).Add(weight).Add(bias).Add(stride).Add(padding).Add(dilation).Add(transposed).Add(output_padding).Add(groups));

    /// <summary>Gradients of convolution for input, weight and bias; those not in <paramref name="output_mask"/> have zero size.</summary>
    [TensorOp("aten::convolution_backward")]
    public static TensorImpl[] convolution_backward(
        TensorImpl grad_output, TensorImpl input, TensorImpl weight, long[] stride, long[] padding, long[] dilation, bool transposed, long[] output_padding, long groups, bool[] output_mask) =>
        Eager.RunMany(new OpInvocation(OpTable.convolution_backward)
            .Add(grad_output).Add(input).Add(weight).Add(stride).Add(padding).Add(dilation).Add(transposed).Add(output_padding).Add(groups).Add(output_mask));
}
