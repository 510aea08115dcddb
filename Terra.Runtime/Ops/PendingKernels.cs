namespace Terra.Runtime.Ops;

internal static class PendingViews
{
    public static Core.TensorImpl view(Core.TensorImpl self, long[] size) => throw new NotSupportedException($"{self.Layout} as {size.Length}-D");

    public static Core.TensorImpl expand(Core.TensorImpl self, long[] size) => throw new NotSupportedException($"{self.Layout} as {size.Length}-D");
}
