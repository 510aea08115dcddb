using Terra.Runtime.Autograd;
using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;

namespace Terra.Runtime.Ops;

/// <summary>The eager interpreter: runs an op at once, as a graph of one. The body of every leaf op method.</summary>
public static class Eager
{
    /// <summary>Runs an op with one result.</summary>
    public static TensorImpl Run(OpInvocation call) => RunMany(call)[0];

    /// <summary>Runs an op and returns its results, the mutated argument itself where the schema says so.</summary>
    /// <exception cref="ArgumentException">Shapes or dtypes do not fit (from the op's shape rule).</exception>
    /// <exception cref="InvalidOperationException">TERRA1001: the variable TERRA has an unknown value.</exception>
    public static TensorImpl[] RunMany(OpInvocation call)
    {
        OpDef op = call.Op;
        TerraRuntime.RequireKnownVariables();
        Tape.Prepare(call);
        OutputSpec[] specs = op.Infer(call);
        foreach (TensorImpl? input in call.Inputs)
        {
            if (input is not null)
            {
                ObjectDisposedException.ThrowIf(input.IsDisposed, input);
                input.Storage.EnsureReadable();
            }
        }

        bool kernelChecks = op.KernelChecksData && call.MutatedInputs.Length == 0;
        if (!kernelChecks && op.CheckData is { } check && op.ChecksDataOf?.Invoke(call) != false)
        {
            check(call);
        }

        foreach (int mutated in call.MutatedInputs)
        {
            call.OptionalInput(mutated)?.Storage.EnsureWritable();
        }

        call.Outputs = BindOutputs(call, specs, static spec => TensorImpl.Allocate(spec.Layout, spec.DType));
        op.Kernel(call);
        foreach (TensorImpl output in call.Outputs)
        {
            output.Storage.IsComputed = true;
        }

        Complete(call);
        return call.Outputs;
    }

    /// <summary>The result tensors of a call: the mutated argument where the schema aliases one, else a fresh tensor per spec.</summary>
    internal static TensorImpl[] BindOutputs(OpInvocation call, OutputSpec[] specs, Func<OutputSpec, TensorImpl> allocate)
    {
        int[] aliases = call.Op.Schema.ReturnsInput;
        var outputs = new TensorImpl[aliases.Length];
        int fresh = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = aliases[i] >= 0 ? call.Input(aliases[i]) : allocate(specs[fresh++]);
        }

        return outputs;
    }

    /// <summary>What follows every op whichever interpreter ran it: versions of mutated storages advance, the tape records.</summary>
    internal static void Complete(OpInvocation call)
    {
        foreach (int mutated in call.MutatedInputs)
        {
            if (call.OptionalInput(mutated) is { } target)
            {
                target.Storage.BumpVersion();
                target.Storage.IsComputed = true;
            }
        }

        Tape.Record(call);
    }
}
