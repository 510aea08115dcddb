using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>How a view was made, as far as in-place ops on it are concerned.</summary>
internal enum ViewCreation : byte
{
    Default,

    /// <summary>While grad mode was off.</summary>
    InNoGrad,

    /// <summary>By a function that returns several views (split, chunk, unbind).</summary>
    MultiOutput,

    /// <summary>By a function that the program differentiates itself: a view of an argument, or the argument as it is.</summary>
    InCustomFunction,
}

/// <summary>
/// How a view came from its base: the base, which is no view itself, and the view op with those before it. An in-place op on any
/// view of a base makes a new value of the base, and so of all its views.
/// </summary>
internal sealed class ViewLink(AutogradMeta baseMeta, GradientMetadata baseMetadata, ViewLink? parent, ViewOp op, Layout input, ViewCreation creation)
{
    public AutogradMeta Base { get; } = baseMeta;

    public GradientMetadata BaseMetadata { get; } = baseMetadata;

    public ViewCreation Creation { get; } = creation;

    /// <summary>The storage's version that the view's GradFn belongs to.</summary>
    public int Version { get; set; }

    public bool BaseRequiresGrad => Base.RequiresGrad || Base.GradFn is not null;

    /// <summary>Where the base's gradient goes.</summary>
    public Edge BaseEdge =>
        Base.GradFn is { } node ? new Edge(node, Base.OutputIndex)
        : Base.RequiresGrad ? new Edge(Base.Accumulator(BaseMetadata), 0)
        : default;

    /// <summary>Refuses a view that autograd does not follow, when it or its base is written.</summary>
    /// <param name="isIndirect">The base, or another view of it, was written.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The view was made while grad mode was off, by a function that returns several, or in one that the program differentiates itself.</exception>
    public void RefuseIfUnfollowed(bool isIndirect)
    {
        switch (Creation)
        {
            case ViewCreation.InNoGrad:
                throw AutogradErrors.ViewMadeInNoGrad(isIndirect);
            case ViewCreation.MultiOutput:
                throw AutogradErrors.MultiOutputView(isIndirect);
            case ViewCreation.InCustomFunction:
                throw AutogradErrors.CustomFunctionView(isIndirect);
        }
    }

    /// <summary>Takes the same view of another tensor with the base's sizes and strides.</summary>
    public TensorImpl Replay(TensorImpl newBase)
    {
        if (parent is null)
        {
            return Views.Apply(newBase, op);
        }

        using TensorImpl input = parent.Replay(newBase);
        return Views.Apply(input, op);
    }

    /// <summary>The nodes that make the view of the base as it is now.</summary>
    public ViewNode Rebuild(GradientMetadata output)
    {
        var inputMetadata = new GradientMetadata(input, BaseMetadata.DType);
        Edge next = parent is null ? BaseEdge : new Edge(parent.Rebuild(inputMetadata), 0);
        return new ViewNode(op, next, inputMetadata, output);
    }
}
