namespace Terra.Runtime.Ops;

internal static class ReductionKernels
{
    public static void Sum(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Mean(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Prod(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Var(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Amax(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Amin(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void MaxDim(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void MinDim(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Argmax(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Argmin(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void All(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Any(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Logsumexp(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Cumsum(OpInvocation call) => throw new NotSupportedException(call.ToString());

    public static void Cumprod(OpInvocation call) => throw new NotSupportedException(call.ToString());
}

internal static class PendingViews
{
    public static Core.TensorImpl view(Core.TensorImpl self, long[] size) => throw new NotSupportedException($"{self.Layout} as {size.Length}-D");

    public static Core.TensorImpl expand(Core.TensorImpl self, long[] size) => throw new NotSupportedException($"{self.Layout} as {size.Length}-D");
}
