using Terra.Runtime.Core;

namespace Terra.Runtime.Autograd;

/// <summary>A tensor as autograd sees it (PyTorch's old name for that).</summary>
public static class Variable
{
    /// <summary>
    /// The tensor is a leaf that was told so, or computed from one. As in PyTorch, so is a view of such a tensor that was made while grad mode was off: what is
    /// computed from it requires grad, but passes none on.
    /// </summary>
    public static bool RequiresGrad(this TensorImpl tensor) =>
        tensor.Autograd is { } meta && (meta.RequiresGrad || meta.GradFn is not null || meta.View is { BaseRequiresGrad: true });

    /// <summary>Not the result of a recorded operation.</summary>
    public static bool IsLeaf(this TensorImpl tensor) =>
        tensor.Autograd is not { } meta || (meta.View is { Creation: not ViewCreation.Default } ? meta.GradFn is null : GradFn(tensor) is null);

    /// <summary>The node that computed the tensor, null for a leaf. A view of a tensor written since gets a new one.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor's base was written since, and autograd does not follow such a view of it.</exception>
    public static Node? GradFn(this TensorImpl tensor)
    {
        if (tensor.Autograd is not { } meta)
        {
            return null;
        }

        if (meta.View is { } link && link.Version != tensor.Storage.Version)
        {
            if (meta.GradFn is null && !link.BaseRequiresGrad)
            {
                return null;
            }

            link.RefuseIfUnfollowed(isIndirect: true);
            RenewView(tensor, meta, link);
        }

        return meta.GradFn;
    }

    /// <summary>Makes a leaf take part in differentiation, or no longer.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor is no leaf, or its dtype is not floating point.</exception>
    public static void SetRequiresGrad(this TensorImpl tensor, bool value)
    {
        if (!IsLeaf(tensor))
        {
            if (!value)
            {
                throw AutogradErrors.NonLeafRequiresGrad(value);
            }

            return;
        }

        if (value && !tensor.DType.IsFloatingPoint())
        {
            throw AutogradErrors.DTypeCannotRequireGrad();
        }

        if (value || tensor.Autograd is not null)
        {
            tensor.EnsureAutograd().RequiresGrad = value;
        }
    }

    /// <summary>Keeps the gradient of a non-leaf in backward; does nothing on leafs, which keep theirs anyway.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor does not require grad.</exception>
    public static void RetainGrad(this TensorImpl tensor)
    {
        if (!RequiresGrad(tensor))
        {
            throw AutogradErrors.RetainWithoutGrad();
        }

        AutogradMeta meta = tensor.Autograd!;
        if (GradFn(tensor) is { } node && !meta.RetainsGrad)
        {
            meta.RetainsGrad = true;
            node.RetainGradient(meta.OutputIndex, meta);
        }
    }

    /// <summary>Another handle on the same tensor: same bytes, same place in autograd.</summary>
    public static TensorImpl Alias(this TensorImpl tensor) =>
        new(tensor.Storage, tensor.Layout, tensor.DType, tensor.Offset)
        {
            Autograd = tensor.DType.IsFloatingPoint() ? tensor.EnsureAutograd() : null,
        };

    /// <summary>A tensor that shares bytes and version but takes no part in differentiation.</summary>
    public static TensorImpl Detach(this TensorImpl tensor) => new(tensor.Storage, tensor.Layout, tensor.DType, tensor.Offset);

    /// <summary>Makes the tensor a leaf that does not require grad.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor is a view.</exception>
    public static void DetachInPlace(this TensorImpl tensor)
    {
        if (tensor.Autograd is not { } meta)
        {
            return;
        }

        if (meta.View is not null)
        {
            throw AutogradErrors.DetachViewInPlace();
        }

        meta.RequiresGrad = false;
        meta.GradFn = null;
        meta.OutputIndex = 0;
    }

    /// <summary>A new handle on the tensor's gradient; null if it has none.</summary>
    public static TensorImpl? Gradient(this TensorImpl tensor) => tensor.Autograd?.Grad is { } grad ? Alias(grad) : null;

    /// <summary>Replaces the tensor's gradient by a handle on <paramref name="gradient"/> (null: by none) and lets go of the old one.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Size or dtype is not the tensor's.</exception>
    public static void SetGradient(this TensorImpl tensor, TensorImpl? gradient)
    {
        if (gradient is not null && (gradient.DType != tensor.DType || !gradient.Layout.SameSizes(tensor.Layout)))
        {
            throw AutogradErrors.AssignedGradient(gradient, tensor);
        }

        if (gradient is null && tensor.Autograd is null)
        {
            return;
        }

        AutogradMeta meta = tensor.EnsureAutograd();
        TensorImpl? old = meta.Grad;
        meta.Grad = gradient is null ? null : Alias(gradient);
        old?.Dispose();
    }

    /// <summary>Where the tensor's gradient goes; no node if it does not require grad.</summary>
    internal static Edge GradientEdge(TensorImpl tensor)
    {
        if (tensor.Autograd is not { } meta)
        {
            return default;
        }

        return GradFn(tensor) is { } node ? new Edge(node, meta.OutputIndex)
            : meta.RequiresGrad ? new Edge(meta.Accumulator(GradientMetadata.Of(tensor)), 0)
            : default;
    }

    /// <summary>Makes a view's nodes anew after its base was written.</summary>
    internal static void RenewView(TensorImpl tensor, AutogradMeta meta, ViewLink link)
    {
        meta.MoveTo(link.Rebuild(GradientMetadata.Of(tensor)), 0);
        link.Version = tensor.Storage.Version;
    }
}
