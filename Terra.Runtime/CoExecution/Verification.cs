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
    /// Runs the op eagerly and returns, per output, the bytes its storage must hold afterwards. Called by the skeleton with outputs bound.
    /// Expected storages are never written again: an in-place op makes a new one.
    /// </summary>
    public static Storage[] RunEagerly(OpInvocation call)
    {
        var shadow = new OpInvocation(call.Op);
        var mutated = new Dictionary<Storage, Storage>(ReferenceEqualityComparer.Instance);
        foreach (int position in call.Op.Schema.MutatedInputs)
        {
            if (call.OptionalInput(position) is { } target)
            {
                mutated.TryAdd(target.Storage, Copy(ExpectedOf(target.Storage)));
            }
        }

        foreach (TensorImpl? input in call.Inputs)
        {
            shadow.Add(input is null ? null : On(input, mutated.TryGetValue(input.Storage, out Storage? copy) ? copy : ExpectedOf(input.Storage)));
        }

        shadow.AddAttributesOf(call);
        shadow.Outputs = new TensorImpl[call.Outputs.Length];
        var expected = new Storage[call.Outputs.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            int alias = call.Op.Schema.ReturnsInput[i];
            shadow.Outputs[i] = alias >= 0
                ? shadow.Input(alias)
                : TensorImpl.Allocate(call.Outputs[i].Layout, call.Outputs[i].DType);
            expected[i] = shadow.Outputs[i].Storage;
            call.Outputs[i].Storage.Expected = expected[i];
        }

        foreach ((Storage real, Storage copy) in mutated)
        {
            real.Expected = copy;
        }

        call.Op.Kernel(shadow);
        GC.KeepAlive(shadow);
        return expected;
    }

    /// <summary>Compares what the GraphRunner computed with what was expected; outputs the program can no longer read are skipped.</summary>
    /// <exception cref="TerraVerificationException">A value differs.</exception>
    public static void Compare(ReadOnlySpan<WorkItem> items)
    {
        for (int n = 0; n < items.Length; n++)
        {
            ref readonly WorkItem item = ref items[n];
            if (item.Expected is not { } expected)
            {
                continue;
            }

            for (int i = 0; i < expected.Length; i++)
            {
                TensorImpl output = item.Call.Outputs[i];
                if (output.Storage.RawBuffer != 0 && !IsOverwritten(output.Storage, items[(n + 1)..]))
                {
                    CompareBits(item, i, output, expected[i]);
                }
            }
        }
    }

    private static bool IsOverwritten(Storage storage, ReadOnlySpan<WorkItem> later)
    {
        foreach (ref readonly WorkItem item in later)
        {
            foreach (int position in item.Call.Op.Schema.MutatedInputs)
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
