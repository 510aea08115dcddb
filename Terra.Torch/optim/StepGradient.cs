using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp.Modules;

/// <summary>The gradient an optimizer descends along: the parameter's own, negated to maximize, with weight decay of the L2 kind added.</summary>
internal readonly struct StepGradient : IDisposable
{
    private readonly TensorImpl? _negated;
    private readonly TensorImpl? _decayed;

    private StepGradient(TensorImpl value, TensorImpl? negated, TensorImpl? decayed)
    {
        Value = value;
        _negated = negated;
        _decayed = decayed;
    }

    /// <summary>The prepared gradient, valid until disposal; null when the parameter has none.</summary>
    internal TensorImpl? Value { get; }

    /// <summary>Prepares the gradient of a parameter.</summary>
    /// <param name="parameter">The parameter; not changed.</param>
    /// <param name="maximize">Whether to ascend instead.</param>
    /// <param name="decay">The parameter's share that is added to its gradient; nothing is computed for 0.</param>
    internal static StepGradient Of(Parameter parameter, bool maximize, double decay = 0)
    {
        if (parameter.Impl.Autograd?.Grad is not { } gradient)
        {
            return default;
        }

        TensorImpl? negated = maximize ? Aten.neg(gradient) : null;
        gradient = negated ?? gradient;
        TensorImpl? decayed = decay != 0 ? Aten.add(gradient, parameter.Impl, decay) : null;
        return new StepGradient(decayed ?? gradient, negated, decayed);
    }

    /// <summary>Releases what was computed; the parameter's own gradient stays.</summary>
    public void Dispose()
    {
        _decayed?.Dispose();
        _negated?.Dispose();
    }
}
