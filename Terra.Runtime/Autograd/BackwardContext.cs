using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Autograd;

/// <summary>
/// What a derivative rule works with. All tensors it hands out are borrowed: the rule disposes what it makes and does not return,
/// never what it got from here. It may return a gradient it was given, as it is.
/// </summary>
public sealed class BackwardContext
{
    private readonly TensorImpl?[] _gradients;
    private readonly bool[] _needsGrad;

    internal BackwardContext(OpInvocation call, TensorImpl?[] gradients, bool[] needsGrad)
    {
        Call = call;
        _gradients = gradients;
        _needsGrad = needsGrad;
    }

    /// <summary>
    /// The op as it ran. Tensors named in <see cref="OpDef.SavedInputs"/> and <see cref="OpDef.SavedOutputs"/> have their data (a
    /// mutated input that is saved has the value it had before the op); the others have sizes, strides and dtype only.
    /// </summary>
    public OpInvocation Call { get; }

    /// <summary>The gradient of output <paramref name="output"/>, in that output's sizes and dtype; null if no result of the program depends on it.</summary>
    public TensorImpl? Grad(int output) => _gradients[output];

    /// <summary>True if the gradient of tensor argument <paramref name="input"/> (its position in <see cref="OpInvocation.Inputs"/>) is wanted; the others may be left null.</summary>
    public bool NeedsGrad(int input) => _needsGrad[input];
}
