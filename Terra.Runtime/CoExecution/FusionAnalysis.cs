using System.Runtime.InteropServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Finds how many of a unit's ops, from a given one on, can share one pass over their elements, and how values flow between them:
/// which inputs are values computed in the pass, which come from memory, and which results must be written to memory.
/// Reused from run to run; allocates nothing in steady state.
/// </summary>
internal sealed class FusionAnalysis(PendingWork queue)
{
    private const int Absent = -1;
    private const int ExternalBase = 1 << 8;

    /// <summary>A kernel takes at most this many tensors; inputs and (at worst all) results count.</summary>
    private const int MaxOperands = 60;

    private readonly List<TensorImpl> _externals = [];
    private readonly List<TensorImpl> _stores = [];
    private readonly List<int> _storedOps = [];
    private readonly List<int> _signature = [];
    private readonly List<int> _codes = [];
    private readonly List<Storage> _updated = [];
    private readonly List<int> _updaters = [];
    private readonly int[] _writers = new int[Unit.MaxOps];
    private long _firstSequence;

    /// <summary>Tensors read from memory, in the order of the program's inputs.</summary>
    public ReadOnlySpan<TensorImpl> Externals => CollectionsMarshal.AsSpan(_externals);

    /// <summary>Results written to memory, in the order of the program's outputs.</summary>
    public ReadOnlySpan<TensorImpl> Stores => CollectionsMarshal.AsSpan(_stores);

    /// <summary>For each of <see cref="Stores"/>, the op (counted from the first) whose value it is.</summary>
    public IReadOnlyList<int> StoredOps => _storedOps;

    /// <summary>Everything that makes a different kernel: ops, flow, dtypes, ranks being zero, stores.</summary>
    public ReadOnlySpan<int> Signature => CollectionsMarshal.AsSpan(_signature);

    /// <summary>
    /// Analyzes <paramref name="items"/>, numbered from <paramref name="firstSequence"/>, from its start; returns how many of them can share
    /// a kernel (at least 1).
    /// </summary>
    public int Analyze(ReadOnlySpan<WorkItem> items, long firstSequence)
    {
        _externals.Clear();
        _codes.Clear();
        _signature.Clear();
        _updated.Clear();
        _updaters.Clear();
        _firstSequence = firstSequence;
        int count = 0;
        while (count < items.Length && TryAdd(items, count))
        {
            count++;
        }

        count = Math.Max(count, 1);
        ChooseStores(items[..count]);
        return count;
    }

    /// <summary>For tensor argument <paramref name="code"/> (in order over all ops): the op that computes it, or null if absent or external.</summary>
    public static int? ProducerOf(int code) => code is >= 0 and < ExternalBase ? code : null;

    /// <summary>The index in <see cref="Externals"/>, or null.</summary>
    public static int? ExternalOf(int code) => code >= ExternalBase ? code - ExternalBase : null;

    /// <summary>One code for each tensor argument of each op, in order.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    private bool TryAdd(ReadOnlySpan<WorkItem> items, int index)
    {
        OpInvocation call = items[index].Call;
        TensorImpl output = call.Outputs[0];
        if (!output.Layout.SameSizes(items[0].Call.Outputs[0].Layout))
        {
            return false;
        }

        int codesBefore = _codes.Count, externalsBefore = _externals.Count;
        if (TryAddInputs(items, call, index) && _externals.Count + index < MaxOperands && CanWrite(output, items, index))
        {
            NoteWrite(output.Storage, index);
            return true;
        }

        _codes.RemoveRange(codesBefore, _codes.Count - codesBefore);
        _externals.RemoveRange(externalsBefore, _externals.Count - externalsBefore);
        return false;
    }

    private bool TryAddInputs(ReadOnlySpan<WorkItem> items, OpInvocation call, int index)
    {
        foreach (TensorImpl? input in call.Inputs)
        {
            if (input is null)
            {
                _codes.Add(Absent);
                continue;
            }

            if (WriterOf(input.Storage, index) is var producer and not Absent)
            {
                if (!SamePlace(items[producer].Call.Outputs[0], input))
                {
                    return false;
                }

                _codes.Add(producer);
                continue;
            }

            _codes.Add(ExternalBase + SlotOf(input));
        }

        return true;
    }

    private int SlotOf(TensorImpl input)
    {
        for (int slot = 0; slot < _externals.Count; slot++)
        {
            if (SamePlace(_externals[slot], input))
            {
                return slot;
            }
        }

        _externals.Add(input);
        return _externals.Count - 1;
    }

    /// <summary>
    /// A write to a storage that is also read in the pass is safe only if every access is to the very same elements in the same
    /// order: then each element is read before it is written.
    /// </summary>
    private bool CanWrite(TensorImpl output, ReadOnlySpan<WorkItem> items, int index)
    {
        if (WriterOf(output.Storage, index) is var writer and not Absent)
        {
            return SamePlace(items[writer].Call.Outputs[0], output);
        }

        foreach (TensorImpl external in _externals)
        {
            if (ReferenceEquals(external.Storage, output.Storage) && !SamePlace(external, output))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The op before <paramref name="index"/> that last wrote the storage in this pass, or <see cref="Absent"/>.</summary>
    private int WriterOf(Storage storage, int index)
    {
        int maker = storage.Maker.DistanceFrom(queue, _firstSequence);
        if (maker >= 0)
        {
            return maker < index ? _writers[maker] : Absent;
        }

        int updated = _updated.IndexOf(storage);
        return updated < 0 ? Absent : _updaters[updated];
    }

    private void NoteWrite(Storage storage, int index)
    {
        int maker = storage.Maker.DistanceFrom(queue, _firstSequence);
        if (maker >= 0)
        {
            _writers[maker] = index;
            return;
        }

        int updated = _updated.IndexOf(storage);
        if (updated >= 0)
        {
            _updaters[updated] = index;
        }
        else
        {
            _updated.Add(storage);
            _updaters.Add(index);
        }
    }

    private void ChooseStores(ReadOnlySpan<WorkItem> items)
    {
        _stores.Clear();
        _storedOps.Clear();
        long last = _firstSequence + items.Length - 1;
        for (int i = 0; i < items.Length; i++)
        {
            TensorImpl output = items[i].Call.Outputs[0];
            if (WriterOf(output.Storage, items.Length) == i && !output.Storage.IsDeadAfter(queue, last))
            {
                _stores.Add(output);
                _storedOps.Add(i);
            }
        }

        _signature.Add(items.Length);
        _signature.AddRange(_codes);
        foreach (TensorImpl external in _externals)
        {
            _signature.Add(((int)external.DType << 1) | (external.Rank == 0 ? 1 : 0));
        }

        foreach (ref readonly WorkItem item in items)
        {
            TensorImpl output = item.Call.Outputs[0];
            _signature.Add(((int)output.DType << 1) | (output.Rank == 0 ? 1 : 0));
        }

        _signature.AddRange(_storedOps);
    }

    private static bool SamePlace(TensorImpl a, TensorImpl b) =>
        ReferenceEquals(a, b)
        || (ReferenceEquals(a.Storage, b.Storage) && a.Offset == b.Offset && a.DType == b.DType && a.Layout.Equals(b.Layout));
}
