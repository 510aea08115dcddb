namespace TorchSharp;

public static partial class torch
{
    /// <summary>The innermost open dispose scope of the calling thread; null if there is none.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    /// <summary>Opens a dispose scope on the calling thread; dispose it to dispose the tensors created in it.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.Open();

    /// <summary>Evaluates an expression in a scope of its own: its temporaries are disposed, its value moves to the outer scope.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
