using Terra.Runtime.Core;
using Terra.Runtime.Diagnostics;
using Terra.Runtime.Ops;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Verify mode: beside co-execution each op also runs eagerly, on the eager values of its inputs, and every value the GraphRunner
/// computes is compared with the eager one bit for bit.
/// </summary>
internal static class Verification
{
    /// <summary>
    /// Runs the op eagerly and returns the tensors it writes with the bytes their storages must hold afterwards. Called by the skeleton with outputs bound.
    /// Expected storages are never written again: an in-place op makes a new one.
    /// </summary>
    public static (TensorImpl Tensor, Storage Value)[] RunEagerly(OpInvocation call)
    {
        var mutated = new Dictionary<Storage, Storage>(ReferenceEqualityComparer.Instance);
        var expected = new List<(TensorImpl Tensor, Storage Value)>();
        foreach (int position in call.MutatedInputs)
        {
            if (call.OptionalInput(position) is { } target)
            {
                mutated.TryAdd(target.Storage, Copy(ExpectedOf(target.Storage)));
            }
        }

        var inputs = new TensorImpl?[call.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = call.Inputs[i] is { } input
                ? On(input, mutated.TryGetValue(input.Storage, out Storage? copy) ? copy : ExpectedOf(input.Storage))
                : null;
        }

        var outputs = new TensorImpl[call.Outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            int alias = call.Op.Schema.ReturnsInput[i];
            outputs[i] = alias >= 0 ? inputs[alias]! : TensorImpl.Allocate(call.Outputs[i].Layout, call.Outputs[i].DType);
            expected.Add((call.Outputs[i], outputs[i].Storage));
            call.Outputs[i].Storage.Expected = outputs[i].Storage;
        }

        foreach (int position in call.MutatedInputs)
        {
            if (call.OptionalInput(position) is { } target)
            {
                expected.Add((target, mutated[target.Storage]));
            }
        }

        foreach ((Storage real, Storage copy) in mutated)
        {
            real.Expected = copy;
        }

        OpInvocation shadow = call.WithTensors(inputs, outputs);
        call.Op.Kernel(shadow);
        GC.KeepAlive(shadow);
        return [.. expected];
    }

    /// <summary>
    /// Compares what one kernel computed with what was expected, for its ops, numbered from <paramref name="firstSequence"/> of a queue;
    /// outputs the program can no longer read are skipped.
    /// </summary>
    /// <exception cref="TerraVerificationException">A value differs.</exception>
    public static void Compare(ReadOnlySpan<WorkItem> items, PendingWork queue, long firstSequence)
    {
        long last = firstSequence + items.Length - 1;
        for (int n = 0; n < items.Length; n++)
        {
            ref readonly WorkItem item = ref items[n];
            if (item.Expected is not { } expected)
            {
                continue;
            }

            for (int i = 0; i < expected.Length; i++)
            {
                (TensorImpl tensor, Storage value) = expected[i];
                if (IsStored(tensor.Storage, queue, firstSequence, last) && !IsOverwritten(tensor.Storage, items[(n + 1)..]))
                {
                    CompareBits(item, i, tensor, value);
                }
            }
        }
    }

    /// <summary>Compares what one part of an op computed: its outputs, and if it is the whole op also what that writes in place.</summary>
    /// <exception cref="TerraVerificationException">A value differs.</exception>
    public static void ComparePart(in WorkItem item, in KernelPart part, PendingWork queue, long sequence)
    {
        if (item.Expected is not { } expected)
        {
            return;
        }

        bool isWhole = item.Call.Op.Parts.Length == 0;
        for (int i = 0; i < expected.Length; i++)
        {
            (TensorImpl tensor, Storage value) = expected[i];
            if ((isWhole || part.Outputs.Contains(i)) && IsStored(tensor.Storage, queue, sequence, sequence))
            {
                CompareBits(item, i, tensor, value);
            }
        }
    }

    /// <summary>False for what a pass did not write since nobody can read it: results that never got a buffer, dead tensors it was to update.</summary>
    private static bool IsStored(Storage storage, PendingWork queue, long firstSequence, long last) =>
        storage.RawBuffer != 0 && (storage.Maker.IsFrom(queue, firstSequence) || !storage.IsDeadAfter(queue, last));

    private static bool IsOverwritten(Storage storage, ReadOnlySpan<WorkItem> later)
    {
        foreach (ref readonly WorkItem item in later)
        {
            foreach (int position in item.Call.MutatedInputs)
            {
                if (ReferenceEquals(item.Call.OptionalInput(position)?.Storage, storage))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static unsafe void CompareBits(in WorkItem item, int output, TensorImpl actual, Storage expected)
    {
        var a = new ReadOnlySpan<byte>((void*)actual.Storage.RawBuffer, checked((int)actual.Storage.ByteLength));
        var e = new ReadOnlySpan<byte>((void*)expected.RawBuffer, checked((int)expected.ByteLength));
        int common = a.CommonPrefixLength(e);
        if (common != a.Length)
        {
            throw new TerraVerificationException(
                $"TERRA1003: {item.Call} at {item.Node?.Key.Location}: output {output} differs from eager mode at byte {common} of {a.Length}");
        }
    }

    private static TensorImpl On(TensorImpl tensor, Storage storage) => new(storage, tensor.Layout, tensor.DType, tensor.Offset);

    private static Storage ExpectedOf(Storage storage)
    {
        if (storage.Expected is { } expected)
        {
            return expected;
        }

        storage.EnsureReadable();
        return storage;
    }

    private static unsafe Storage Copy(Storage source)
    {
        Storage copy = Storage.Allocate(source.ByteLength);
        Buffer.MemoryCopy((void*)source.RawBuffer, (void*)copy.RawBuffer, source.ByteLength, source.ByteLength);
        return copy;
    }
}
