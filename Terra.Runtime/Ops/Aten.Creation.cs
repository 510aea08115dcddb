using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>Tensors made from numbers.</content>
public static partial class Aten
{
    /// <summary>A tensor of one value.</summary>
    [TensorOp("aten::full")]
    public static TensorImpl full(long[] size, ScalarValue fill_value, DType dtype) =>
        Eager.Run(new OpInvocation(OpTable.full).Add(size).Add(fill_value).Add(dtype));

    /// <summary><c>start, start + step, ...</c> up to but without <paramref name="end"/>.</summary>
    [TensorOp("aten::arange.start_step")]
    public static TensorImpl arange(ScalarValue start, ScalarValue end, ScalarValue step, DType dtype) =>
        Eager.Run(new OpInvocation(OpTable.arange_start_step).Add(start).Add(end).Add(step).Add(dtype));

    /// <summary>An n x m matrix with ones on the diagonal.</summary>
    [TensorOp("aten::eye.m")]
    public static TensorImpl eye(long n, long m, DType dtype) =>
        Eager.Run(new OpInvocation(OpTable.eye_m).Add(n).Add(m).Add(dtype));

    /// <summary>Evenly spaced values, both ends included.</summary>
    [TensorOp("aten::linspace")]
    public static TensorImpl linspace(ScalarValue start, ScalarValue end, long steps, DType dtype) =>
        Eager.Run(new OpInvocation(OpTable.linspace).Add(start).Add(end).Add(steps).Add(dtype));
}
