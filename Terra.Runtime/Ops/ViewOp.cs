using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>
/// A way to look at the same bytes with another geometry. Not an op: nothing runs, so nothing is recorded but, where gradients are
/// wanted, its backward.
/// </summary>
internal abstract record ViewOp
{
    /// <summary>PyTorch's name of the view's backward node, without <c>Backward0</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The view's layout, and how far its first element is from the input's.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The input has no such view.</exception>
    public abstract Layout Geometry(Layout input, out long offset);

    /// <summary>Checks what depends on more than the layout: that the view lies within the tensor's memory, where others always do.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">It does not.</exception>
    public virtual void Check(TensorImpl input)
    {
    }

    /// <summary>The gradient of the viewed tensor, of layout <paramref name="input"/>'s sizes: a new handle, perhaps on <paramref name="gradient"/>'s bytes.</summary>
    public abstract TensorImpl Backward(TensorImpl gradient, Layout input);

    /// <summary>A gradient that is zero except in this view of it, where it is <paramref name="gradient"/>.</summary>
    protected TensorImpl Embed(TensorImpl gradient, Layout input)
    {
        TensorImpl whole = Aten.full(input.Sizes.ToArray(), 0, gradient.DType);
        using TensorImpl part = Views.Apply(whole, this);
        Aten.copy_(part, gradient);
        return whole;
    }
}
