using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tracing;

namespace Terra.Runtime.Autograd;

/// <summary>
/// The backward of a leaf op: keeps the tensors its derivative rule reads, by handles of its own, and metadata of the others.
/// </summary>
internal sealed class OpNode : Node
{
    private readonly OpDef _op;
    private readonly int[] _savedVersions;
    private OpInvocation? _call;

    private OpNode(OpInvocation call, Edge[] next, GradientMetadata[] outputs)
        : base(next, outputs, ProgramHooks.CurrentOp())
    {
        _op = call.Op;
        _savedVersions = new int[call.Op.SavedInputs.Length + call.Op.SavedOutputs.Length];
    }

    public override string Name
    {
        get
        {
            string name = _op.Name[(_op.Name.IndexOf(':', StringComparison.Ordinal) + 2)..].Split('.')[0].Trim('_');
            return string.Concat(name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..])) + "Backward0";
        }
    }

    /// <summary>A node for an op that just ran. <see cref="SaveTensors"/> completes it once the outputs have their place in the graph.</summary>
    public static OpNode Create(OpInvocation call)
    {
        ReadOnlySpan<TensorImpl?> inputs = call.Inputs;
        var next = new Edge[inputs.Length];
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = inputs[i] is { } input ? Variable.GradientEdge(input) : default;
        }

        var outputs = new GradientMetadata[call.Outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = GradientMetadata.Of(call.Outputs[i]);
        }

        return new OpNode(call, next, outputs);
    }

    public void SaveTensors(OpInvocation call)
    {
        ReadOnlySpan<TensorImpl?> inputs = call.Inputs;
        var keptInputs = new TensorImpl?[inputs.Length];
        var keptOutputs = new TensorImpl[call.Outputs.Length];
        int slot = 0;
        foreach (int index in _op.SavedInputs)
        {
            if (index < inputs.Length && inputs[index] is { } input)
            {
                bool mutated = call.MutatedOriginal is not null && _op.Schema.MutatedInputs.Contains(index);
                TensorImpl kept = mutated ? call.MutatedOriginal! : Keep(input);
                keptInputs[index] = kept;
                _savedVersions[slot] = mutated ? kept.Storage.Version : VersionBefore(call, kept.Storage);
            }

            slot++;
        }

        foreach (int index in _op.SavedOutputs)
        {
            keptOutputs[index] = Keep(call.Outputs[index]);
            if (_op.NonDifferentiable.Contains(index))
            {
                keptOutputs[index].Autograd = new AutogradMeta { GradFn = this, OutputIndex = index };
            }

            _savedVersions[slot++] = call.Outputs[index].Storage.Version;
        }

        for (int i = 0; i < keptInputs.Length; i++)
        {
            if (keptInputs[i] is null && inputs[i] is { } input)
            {
                keptInputs[i] = TensorImpl.MetadataOf(input);
            }
        }

        for (int i = 0; i < keptOutputs.Length; i++)
        {
            keptOutputs[i] ??= TensorImpl.MetadataOf(call.Outputs[i]);
        }

        _call = call.WithTensors(keptInputs, keptOutputs);
    }

    internal override TensorImpl?[] Apply(TensorImpl?[] gradients, bool[] wanted)
    {
        OpInvocation call = _call ?? throw AutogradErrors.SavedTensorsReleased();
        DerivativeRule derivative = _op.Derivative ?? throw AutogradErrors.NoDerivative(_op.Name);
        OpInvocation usable = WithoutModified(call, out TensorImpl? modified, out int expectedVersion);
        TensorImpl?[] results;
        try
        {
            results = derivative(new BackwardContext(usable, gradients, wanted));
        }
        catch (ObjectDisposedException) when (modified is not null)
        {
            throw AutogradErrors.SavedTensorModified(modified, modified.Storage.Version, expectedVersion);
        }

        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is { } result && (Contains(call.Inputs, result) || Contains(call.Outputs, result)))
            {
                results[i] = Variable.Alias(result);
            }
        }

        return results;
    }

    internal override void ReleaseSaved()
    {
        if (_call is null || _savedVersions.Length == 0)
        {
            return;
        }

        foreach (TensorImpl? input in _call.Inputs)
        {
            input?.Dispose();
        }

        foreach (TensorImpl output in _call.Outputs)
        {
            output.Dispose();
        }

        _call = null;
    }

    internal override bool Keeps(Storage storage)
    {
        if (_call is null)
        {
            return false;
        }

        foreach (TensorImpl? input in _call.Inputs)
        {
            if (ReferenceEquals(input?.Storage, storage))
            {
                return true;
            }
        }

        foreach (TensorImpl output in _call.Outputs)
        {
            if (ReferenceEquals(output.Storage, storage))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The version an input's storage had when the op read it: writes by the op itself count as later ones.</summary>
    private static int VersionBefore(OpInvocation call, Storage storage)
    {
        int version = storage.Version;
        foreach (int index in call.Op.Schema.MutatedInputs)
        {
            if (ReferenceEquals(call.OptionalInput(index)?.Storage, storage))
            {
                version--;
            }
        }

        return version;
    }

    private static TensorImpl Keep(TensorImpl tensor) =>
        new(tensor.Storage, tensor.Layout, tensor.DType, tensor.Offset) { Autograd = tensor.Autograd };

    private static bool Contains(ReadOnlySpan<TensorImpl?> tensors, TensorImpl tensor)
    {
        foreach (TensorImpl? candidate in tensors)
        {
            if (ReferenceEquals(candidate, tensor))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The call as the rule may use it: saved tensors that were written since have lost their data. Only a rule that reads such a
    /// tensor fails: which tensors a rule reads depends on the gradients that are wanted.
    /// </summary>
    private OpInvocation WithoutModified(OpInvocation call, out TensorImpl? modified, out int expectedVersion)
    {
        modified = null;
        expectedVersion = 0;
        TensorImpl?[]? inputs = null;
        TensorImpl[]? outputs = null;
        int slot = 0;
        foreach (int index in _op.SavedInputs)
        {
            int version = _savedVersions[slot++];
            if (index < call.Inputs.Length && call.Inputs[index] is { } saved && saved.Storage.Version != version)
            {
                (modified, expectedVersion) = (saved, version);
                inputs ??= call.Inputs.ToArray();
                inputs[index] = TensorImpl.MetadataOf(saved);
            }
        }

        foreach (int index in _op.SavedOutputs)
        {
            int version = _savedVersions[slot++];
            TensorImpl saved = call.Outputs[index];
            if (saved.Storage.Version != version)
            {
                (modified, expectedVersion) = (saved, version);
                outputs ??= [.. call.Outputs];
                outputs[index] = TensorImpl.MetadataOf(saved);
            }
        }

        return modified is null ? call : call.WithTensors(inputs ?? call.Inputs.ToArray(), outputs ?? call.Outputs);
    }
}
