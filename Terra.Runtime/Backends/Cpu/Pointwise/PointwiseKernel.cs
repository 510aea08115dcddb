using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// A compiled <see cref="PointwiseProgram"/>, taken from a process-wide cache. Emitted code sees contiguous or single-element operands only;
/// operands of any other geometry are packed into (and results unpacked from) cache-sized buffers, as NumPy's buffered iterator does. What is left over at the end
/// of a run goes through the same code on a padded buffer, so an element's bits never depend on its position, on layouts or on the number of threads.
/// </summary>
public sealed unsafe class PointwiseKernel
{
    /// <summary>Programs over fewer elements run on the caller's thread.</summary>
    internal const long ParallelGrain = 131072;

    /// <summary>Outputs of at least so many bytes are written past the caches: they would not stay there, and their lines need not be read first.</summary>
    private const long StreamedBytes = 32 << 20;

    /// <summary>A cache of so many kernels is emptied; those in use live on.</summary>
    internal const int MostCached = 4096;

    private static readonly ConcurrentDictionary<PointwiseProgram, PointwiseKernel> s_cache = new();

    private readonly IrNode[] _code;
    private readonly IrNode[] _random;
    private readonly LaneModel _lanes;
    private readonly int[] _elementSizes;
    private readonly bool _isCopy;
    private readonly Lock _emitting = new();
    private Variant[] _variants = [];

    /// <summary>Compiles for vectors of a given width, outside the cache.</summary>
    internal PointwiseKernel(PointwiseProgram program, VectorApi widest)
    {
        Program = program;
        _code = IrPasses.Run(program.Outputs.ToArray());
        List<IrNode> order = IrGraph.Reachable(_code);
        _isCopy = _code is [{ Op: IrOp.Input }];
        _random = order.Where(node => node.Op == IrOp.RandomBits).ToArray();
        _lanes = new LaneModel(order, widest);
        UsesLinearIndex = _random.Length > 0 || order.Any(node => node.Op == IrOp.LinearIndex);
        _elementSizes =
        [
            .. program.Outputs.ToArray().Select(output => output.DType.SizeInBytes()),
            .. program.Inputs.ToArray().Select(input => input.SizeInBytes()),
            .. _random.Select(_ => sizeof(int)),
        ];
    }

    public PointwiseProgram Program { get; }

    /// <summary>The IR after all passes, which is what runs.</summary>
    internal ReadOnlySpan<IrNode> Code => _code;

    internal int Lanes => _lanes.Lanes;

    internal int Outputs => Program.Outputs.Length;

    internal int Inputs => Program.Inputs.Length;

    internal int Operands => _elementSizes.Length;

    internal ReadOnlySpan<int> ElementSizes => _elementSizes;

    internal ReadOnlySpan<IrNode> RandomNodes => _random;

    /// <summary>Elements know their index, so dimensions keep their order.</summary>
    internal bool UsesLinearIndex { get; }

    /// <summary>The kernel of a program; compiled when first asked for. Thread-safe.</summary>
    public static PointwiseKernel Get(PointwiseProgram program)
    {
        if (s_cache.TryGetValue(program, out PointwiseKernel? known))
        {
            return known;
        }

        if (s_cache.Count >= MostCached)
        {
            s_cache.Clear();
        }

        return s_cache.GetOrAdd(program, static program => new PointwiseKernel(program, VectorApi.Best));
    }

    /// <summary>How many kernels the cache holds.</summary>
    internal static int Cached => s_cache.Count;

    /// <summary>
    /// Runs the program over the shape of the outputs. Inputs broadcast to it; any strides, zero-size and 0-d tensors are fine. An output may be
    /// the very same memory, with the same geometry, as inputs; other overlap is not allowed.
    /// </summary>
    /// <param name="inputs">One tensor a program input, of its dtype.</param>
    /// <param name="outputs">One tensor a program output, of its dtype, all of one shape, without overlap inside or among them.</param>
    /// <param name="scalars">The bits of each scalar slot (<see cref="ScalarSlot.Read"/>).</param>
    /// <exception cref="ArgumentException">The number of tensors or scalars, or a dtype, is not the program's.</exception>
    public void Run(ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs, ReadOnlySpan<long> scalars)
    {
        Check(inputs, outputs, scalars);
        long count = outputs[0].NumberOfElements;
        if (count == 0)
        {
            return;
        }

        fixed (long* scalarBits = scalars)
        {
            if (IsLinear(inputs, outputs, out ulong broadcast))
            {
                RunLinear(inputs, outputs, scalarBits, count, broadcast);
            }
            else if (_isCopy)
            {
                TensorCopy.Run(inputs[(int)_code[0].Argument], outputs[0]);
            }
            else
            {
                new StridedRun(this, inputs, outputs, scalarBits).Run();
            }
        }
    }

    /// <summary>
    /// The code for calls in which the inputs of the mask are single elements. Streaming code writes past the caches, to outputs that are aligned to 64 bytes.
    /// </summary>
    internal KernelCode CodeFor(ulong broadcast, bool isStreaming = false) => (KernelCode)CodeFor(broadcast, isStreaming ? CodeForm.Streaming : CodeForm.Plain);

    /// <summary>The code for rows of elements (<see cref="RunRows"/>).</summary>
    internal BlockCode BlockCodeFor(ulong broadcast) => (BlockCode)CodeFor(broadcast, CodeForm.Block);

    private Delegate CodeFor(ulong broadcast, CodeForm form)
    {
        foreach (Variant variant in Volatile.Read(ref _variants))
        {
            if (variant.Broadcast == broadcast && variant.Form == form)
            {
                return variant.Code;
            }
        }

        lock (_emitting)
        {
            if (Array.Find(_variants, variant => variant.Broadcast == broadcast && variant.Form == form) is { } known)
            {
                return known.Code;
            }

            Delegate code = KernelEmitter.Emit(_code, Inputs, _random, broadcast, _lanes, form);
            Volatile.Write(ref _variants, [.. _variants, new Variant(broadcast, form, code)]);
            return code;
        }
    }

    /// <summary>
    /// Computes <paramref name="count"/> consecutive elements. Operands are contiguous from their pointer, except those of <paramref name="broadcast"/>,
    /// which are single; those of <paramref name="buffered"/> (by operand) are followed by at least a vector of memory that may be touched.
    /// </summary>
    [SkipLocalsInit]
    internal void RunSegment(
        KernelCode code, void** operands, ulong broadcast, ulong buffered, long* scalars, long count, long linearIndex)
    {
        int lanes = _lanes.Lanes;
        long whole = count & -lanes;
        if (whole > 0)
        {
            code(null, operands, scalars, whole, linearIndex);
        }

        long rest = count - whole;
        if (rest == 0)
        {
            return;
        }

        int outputs = Outputs;
        byte* padded = stackalloc byte[_elementSizes.Length * 64];
        void** ends = stackalloc void*[_elementSizes.Length];
        for (int i = 0; i < _elementSizes.Length; i++)
        {
            byte* end = (byte*)operands[i] + (whole * _elementSizes[i]);
            if (i >= outputs && i - outputs < 64 && ((broadcast >> (i - outputs)) & 1) != 0)
            {
                ends[i] = operands[i];
            }
            else if (i < 64 && ((buffered >> i) & 1) != 0)
            {
                ends[i] = end;
            }
            else
            {
                ends[i] = padded + (i * 64);
                if (i >= outputs)
                {
                    Unsafe.CopyBlockUnaligned(ends[i], end, (uint)(rest * _elementSizes[i]));
                }
            }
        }

        code(null, ends, scalars, lanes, linearIndex + whole);
        for (int i = 0; i < outputs; i++)
        {
            if (ends[i] == padded + (i * 64))
            {
                Unsafe.CopyBlockUnaligned((byte*)operands[i] + (whole * _elementSizes[i]), ends[i], (uint)(rest * _elementSizes[i]));
            }
        }
    }

    /// <summary>
    /// Every operand is contiguous, or a single element, so that the emitted code can run over all elements; the mask has the inputs that are single.
    /// </summary>
    internal bool IsLinear(ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs, out ulong broadcast)
    {
        broadcast = 0;
        if (_random.Length != 0)
        {
            return false;
        }

        long count = outputs[0].NumberOfElements;
        foreach (TensorImpl output in outputs)
        {
            if (!output.Layout.IsContiguous)
            {
                return false;
            }
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            long elements = inputs[i].NumberOfElements;
            if (elements == count && inputs[i].Layout.IsContiguous)
            {
                continue;
            }

            if (elements != 1 || i >= 64)
            {
                return false;
            }

            broadcast |= 1UL << i;
        }

        return true;
    }

    private void RunLinear(ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs, long* scalars, long count, ulong broadcast)
    {
        KernelCode code = CodeFor(broadcast);
        void** operands = stackalloc void*[_elementSizes.Length];
        int operand = 0;
        foreach (TensorImpl output in outputs)
        {
            operands[operand++] = (void*)output.Pointer;
        }

        foreach (TensorImpl input in inputs)
        {
            operands[operand++] = (void*)input.Pointer;
        }

        if (count <= ParallelGrain)
        {
            RunSegment(code, operands, broadcast, 0, scalars, count, 0);
        }
        else
        {
            KernelCode? streaming = IsStreamed(operands, count) ? CodeFor(broadcast, isStreaming: true) : null;
            Share(code, streaming, (nint)operands, broadcast, (nint)scalars, count);
        }
    }

    /// <summary>All outputs are large and lie on cache lines, and none is an input at the same time.</summary>
    private bool IsStreamed(void** operands, long count)
    {
        for (int output = 0; output < Outputs; output++)
        {
            if (count * _elementSizes[output] < StreamedBytes || (nint)operands[output] % 64 != 0)
            {
                return false;
            }

            for (int input = Outputs; input < Outputs + Inputs; input++)
            {
                if (operands[input] == operands[output])
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>The caller's frame, and with it the operands and scalars, outlives the loop.</summary>
    private void Share(KernelCode code, KernelCode? streaming, nint operands, ulong broadcast, nint scalars, long count) =>
        WorkerPool.Shared.For(count, ParallelGrain / 2, (from, to) => RunPart(code, streaming, operands, broadcast, scalars, from, to));

    /// <summary>
    /// Computes rows of <paramref name="count"/> elements, <paramref name="stride"/> elements apart, from element <paramref name="from"/> on, of operands that are linear
    /// (<see cref="IsLinear"/>).
    /// </summary>
    [SkipLocalsInit]
    internal void RunRows(BlockCode code, void** operands, ulong broadcast, long* scalars, long from, long rows, long count, long stride)
    {
        void** moved = stackalloc void*[_elementSizes.Length];
        long* steps = stackalloc long[_elementSizes.Length];
        Move(operands, moved, broadcast, from);
        for (int i = 0; i < _elementSizes.Length; i++)
        {
            steps[i] = IsSingle(i, broadcast) ? 0 : stride * _elementSizes[i];
        }

        RunRows(code, moved, steps, broadcast, 0, scalars, from, rows, count, stride);
    }

    /// <summary>
    /// Computes rows of <paramref name="count"/> elements. Operands begin at <paramref name="operands"/>, which is changed, and are contiguous in a row, except those of
    /// <paramref name="broadcast"/>, which are single there; from row to row they move by <paramref name="steps"/> bytes. Each row of those of
    /// <paramref name="buffered"/> (by operand) has memory up to a whole vector.
    /// </summary>
    /// <param name="code">The code for these operands.</param>
    /// <param name="operands">First element of each.</param>
    /// <param name="steps">Bytes to the next row of each.</param>
    /// <param name="broadcast">By input.</param>
    /// <param name="buffered">By operand.</param>
    /// <param name="scalars">Scalar slots.</param>
    /// <param name="linearIndex">Index of the first element.</param>
    /// <param name="rows">At least one.</param>
    /// <param name="count">Elements of a row.</param>
    /// <param name="stride">What the index grows by from row to row.</param>
    internal void RunRows(
        BlockCode code, void** operands, long* steps, ulong broadcast, ulong buffered, long* scalars, long linearIndex, long rows, long count, long stride)
    {
        long whole = count & -_lanes.Lanes;
        if (whole > 0)
        {
            code(null, operands, scalars, whole, linearIndex, steps, rows, stride);
        }

        if (whole == count)
        {
            return;
        }

        KernelCode rest = CodeFor(broadcast);
        Move(operands, operands, broadcast, whole);
        for (long row = 0; row < rows; row++)
        {
            RunSegment(rest, operands, broadcast, buffered, scalars, count - whole, linearIndex + (row * stride) + whole);
            for (int i = 0; i < _elementSizes.Length; i++)
            {
                operands[i] = (byte*)operands[i] + steps[i];
            }
        }
    }

    private void RunPart(KernelCode code, KernelCode? streaming, nint operands, ulong broadcast, nint scalars, long from, long to)
    {
        void** moved = stackalloc void*[_elementSizes.Length];
        Move((void**)operands, moved, broadcast, from);
        if (streaming is not null)
        {
            long whole = (to - from) & -_lanes.Lanes;
            streaming(null, moved, (long*)scalars, whole, from);
            Interlocked.MemoryBarrier();
            Move(moved, moved, broadcast, whole);
            from += whole;
        }

        RunSegment(code, moved, broadcast, 0, (long*)scalars, to - from, from);
    }

    /// <summary>The operands' addresses so many elements on.</summary>
    private void Move(void** operands, void** moved, ulong broadcast, long elements)
    {
        for (int i = 0; i < _elementSizes.Length; i++)
        {
            moved[i] = (byte*)operands[i] + (IsSingle(i, broadcast) ? 0 : elements * _elementSizes[i]);
        }
    }

    /// <summary>The operand is an input of the mask.</summary>
    private bool IsSingle(int operand, ulong broadcast)
    {
        int input = operand - Outputs;
        return input is >= 0 and < 64 && ((broadcast >> input) & 1) != 0;
    }

    private void Check(ReadOnlySpan<TensorImpl> inputs, ReadOnlySpan<TensorImpl> outputs, ReadOnlySpan<long> scalars)
    {
        if (inputs.Length != Inputs || outputs.Length != Outputs || scalars.Length != Program.Scalars.Length)
        {
            throw new ArgumentException(
                $"the program takes {Inputs} inputs, {Outputs} outputs and {Program.Scalars.Length} scalars; "
                + $"got {inputs.Length}, {outputs.Length} and {scalars.Length}");
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].DType != Program.Inputs[i])
            {
                throw new ArgumentException($"input {i} of the program is {Program.Inputs[i]}; got {inputs[i].DType}");
            }
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i].DType != Program.Outputs[i].DType)
            {
                throw new ArgumentException($"output {i} of the program is {Program.Outputs[i].DType}; got {outputs[i].DType}");
            }
        }
    }

    private sealed record Variant(ulong Broadcast, CodeForm Form, Delegate Code);
}
