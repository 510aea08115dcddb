using System.Runtime.InteropServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.CoExecution;

/// <summary>
/// Finds how many of a unit's ops, from a given one on, can share one pass over their elements, and how values flow between them:
/// which inputs are values computed in the pass, which come from memory, and which results must be written to memory. The first op may be
/// a producer, a matrix product or convolution whose kernel the others follow as an <see cref="Backends.Cpu.Epilogue"/>.
/// Reused from run to run; allocates nothing in steady state, except for what convolutions and batch normalizations are asked.
/// </summary>
internal sealed class FusionAnalysis(PendingWork queue)
{
    private const int Absent = -1;
    private const int ExternalBase = 1 << 8;

    /// <summary>A kernel takes at most this many tensors; inputs and (at worst all) results count.</summary>
    private const int MaxOperands = 60;

    /// <summary>The same for an epilogue, whose operands need not be linear and then draw random numbers into operands of their own.</summary>
    private const int MaxEpilogueOperands = 24;

    /// <summary>Ops with inputs for channels are fused where neighbouring elements are of the same channel, at least so many.</summary>
    private const int LeastChannelElements = 64;

    /// <summary>A producer whose result the ops right behind it do not touch is better run by itself: perhaps aside (<see cref="SideLane"/>).</summary>
    private const int SoonOps = 2;

    private readonly List<TensorImpl> _externals = [];
    private readonly List<TensorImpl> _stores = [];
    private readonly List<int> _storedOps = [];
    private readonly List<int> _signature = [];
    private readonly List<int> _codes = [];
    private readonly List<Storage> _updated = [];
    private readonly List<int> _updaters = [];
    private readonly int[] _writers = new int[Unit.MaxOps];
    private long _firstSequence;
    private Layout? _channels;

    /// <summary>Tensors read from memory, in the order of the program's inputs.</summary>
    public ReadOnlySpan<TensorImpl> Externals => CollectionsMarshal.AsSpan(_externals);

    /// <summary>Results written to memory, in the order of the program's outputs.</summary>
    public ReadOnlySpan<TensorImpl> Stores => CollectionsMarshal.AsSpan(_stores);

    /// <summary>For each of <see cref="Stores"/>, the op (counted from the first) whose value it is.</summary>
    public IReadOnlyList<int> StoredOps => _storedOps;

    /// <summary>
    /// The op of another kind that the pass begins with, if it does. Its value is the first of <see cref="Externals"/>, and none of <see cref="Stores"/>.
    /// </summary>
    public OpInvocation? Producer { get; private set; }

    /// <summary>There is a producer, and its result may be read after the pass.</summary>
    public bool KeepsProducer { get; private set; }

    /// <summary>Where the producer's result goes: to itself if it may be read, else into one of the stores, to be overwritten in the pass. Null if none will do.</summary>
    public TensorImpl? ProducerPlace { get; private set; }

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
        Producer = null;
        if (items[0].Call.Op.Pointwise is null)
        {
            if (!TryBeginWithProducer(items[0].Call))
            {
                return 1;
            }

            count = 1;
        }

        while (count < items.Length && TryAdd(items, count))
        {
            count++;
        }

        count = Math.Max(count, 1);
        if (Producer is not null && !IsReadSoon(items[..count]))
        {
            return 1;
        }

        ChooseStores(items[..count]);
        return count;
    }

    /// <summary>For tensor argument <paramref name="code"/> (in order over all ops): the op that computes it, or null if absent or external.</summary>
    public static int? ProducerOf(int code) => code is >= 0 and < ExternalBase ? code : null;

    /// <summary>The index in <see cref="Externals"/>, or null.</summary>
    public static int? ExternalOf(int code) => code >= ExternalBase ? code - ExternalBase : null;

    /// <summary>One code for each tensor argument of each op, in order.</summary>
    public ReadOnlySpan<int> Codes => CollectionsMarshal.AsSpan(_codes);

    private bool TryBeginWithProducer(OpInvocation call)
    {
        TensorImpl output = call.Outputs[0];
        if (call.Op.KernelWithEpilogue is null || output.DType is not (DType.Float32 or DType.Float64))
        {
            return false;
        }

        foreach (TensorImpl? input in call.Inputs)
        {
            if (input is not null && input.DType != output.DType)
            {
                return false;
            }
        }

        if (call.Op.EpiloguePays?.Invoke(call) == false)
        {
            return false;
        }

        Producer = call;
        _externals.Add(output);
        NoteWrite(output.Storage, 0);
        return true;
    }

    /// <summary>One of the ops right behind the producer reads its value.</summary>
    private bool IsReadSoon(ReadOnlySpan<WorkItem> items)
    {
        int arguments = 0;
        for (int i = 1; i < Math.Min(items.Length, SoonOps + 1); i++)
        {
            arguments += items[i].Call.Inputs.Length;
        }

        return Codes[..arguments].Contains(0);
    }

    private bool TryAdd(ReadOnlySpan<WorkItem> items, int index)
    {
        OpInvocation call = items[index].Call;
        TensorImpl output = call.Outputs[0];
        if (Producer is not null && index == 1
            ? output.NumberOfElements != Producer.Outputs[0].NumberOfElements
            : !output.Layout.SameSizes(items[Producer is null ? 0 : 1].Call.Outputs[0].Layout))
        {
            return false;
        }

        if (call.Op.ChannelInputs.Length > 0 && output.NumberOfElements < LeastChannelElements * output.Sizes[0] * output.Sizes[1])
        {
            return false;
        }

        int codesBefore = _codes.Count, externalsBefore = _externals.Count;
        int mostOperands = Producer is null ? MaxOperands : MaxEpilogueOperands;
        if (TryAddInputs(items, call, index) && _externals.Count + index < mostOperands && CanWrite(output, items, index))
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
        ReadOnlySpan<TensorImpl?> inputs = call.Inputs;
        for (int position = 0; position < inputs.Length; position++)
        {
            if (inputs[position] is not { } input)
            {
                _codes.Add(Absent);
                continue;
            }

            bool isOfChannels = call.Op.ChannelInputs.AsSpan().Contains(position);

            if (WriterOf(input.Storage, index) is var producer and not Absent)
            {
                if (isOfChannels || !IsValueOf(items, producer, input))
                {
                    return false;
                }

                _codes.Add(producer);
                continue;
            }

            _codes.Add(ExternalBase + SlotOf(isOfChannels ? OverChannels(input, call.Outputs[0].Rank) : input));
        }

        return true;
    }

    /// <summary>A tensor of a number for each channel as one that broadcasts to results of this rank.</summary>
    private TensorImpl OverChannels(TensorImpl vector, int rank)
    {
        long channels = vector.Sizes[0], stride = vector.Layout.Strides[0];
        if (_channels is null || _channels.Rank != rank - 1 || _channels.Sizes[0] != channels || _channels.Strides[0] != stride)
        {
            var sizes = new long[rank - 1];
            var strides = new long[rank - 1];
            Array.Fill(sizes, 1);
            (sizes[0], strides[0]) = (channels, stride);
            _channels = new Layout(sizes, strides);
        }

        return TensorImpl.Seen(vector, _channels);
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
            return IsValueOf(items, writer, output);
        }

        if (Producer is not null && Reads(Producer, output.Storage))
        {
            return false;
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
        KeepsProducer = Producer is not null && WriterOf(Producer.Outputs[0].Storage, items.Length) == 0 && !Producer.Outputs[0].Storage.IsDeadAfter(queue, last);
        for (int i = Producer is null ? 0 : 1; i < items.Length; i++)
        {
            TensorImpl output = items[i].Call.Outputs[0];
            if (WriterOf(output.Storage, items.Length) == i && !output.Storage.IsDeadAfter(queue, last))
            {
                _stores.Add(output);
                _storedOps.Add(i);
            }
        }

        ProducerPlace = Producer is null ? null : KeepsProducer ? Producer.Outputs[0] : StoreForProducer(Producer.Outputs[0]);
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

    /// <summary>A store that was made in the pass, so that nothing in it is read before, and is laid out like the producer's result.</summary>
    private TensorImpl? StoreForProducer(TensorImpl result)
    {
        foreach (TensorImpl store in _stores)
        {
            if (store.Storage.Maker.DistanceFrom(queue, _firstSequence) >= 0
                && store.DType == result.DType && store.Layout.IsContiguous && store.Storage.ByteLength == result.Storage.ByteLength)
            {
                return store;
            }
        }

        return null;
    }

    /// <summary>
    /// The tensor is the very value that an op of the pass computed. A producer's, whose elements are in row-major order, may have been given other sizes: it comes from
    /// a matrix of all rows.
    /// </summary>
    private bool IsValueOf(ReadOnlySpan<WorkItem> items, int op, TensorImpl tensor)
    {
        TensorImpl result = items[op].Call.Outputs[0];
        return SamePlace(result, tensor)
            || (Producer is not null && op == 0 && ReferenceEquals(result.Storage, tensor.Storage) && result.DType == tensor.DType && tensor.Layout.IsContiguous
                && tensor.NumberOfElements == result.NumberOfElements);
    }

    private static bool Reads(OpInvocation call, Storage storage)
    {
        foreach (TensorImpl? input in call.Inputs)
        {
            if (ReferenceEquals(input?.Storage, storage))
            {
                return true;
            }
        }

        return false;
    }

    private static bool SamePlace(TensorImpl a, TensorImpl b) =>
        ReferenceEquals(a, b)
        || (ReferenceEquals(a.Storage, b.Storage) && a.Offset == b.Offset && a.DType == b.DType && a.Layout.Equals(b.Layout));
}
