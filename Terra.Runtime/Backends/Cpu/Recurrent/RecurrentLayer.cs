using System.Numerics;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>One recurrent layer at work: steps of matrix product and cell for some examples of the batch.</summary>
internal sealed unsafe class RecurrentLayer<T> : IDisposable
    where T : unmanaged, INumber<T>
{
    private readonly RecurrentCell _cell;
    private readonly RecurrentTensors _tensors;
    private readonly ContiguousData<T> _gates;
    private readonly ContiguousData<T> _hidden;
    private readonly ContiguousData<T> _memory;
    private readonly ContiguousData<T> _bias;
    private readonly ContiguousData<T> _output;
    private readonly ContiguousData<T> _memories;
    private readonly ContiguousData<T> _saved;
    private readonly ContiguousData<T> _outputGradient;
    private readonly ContiguousData<T> _memoriesGradient;
    private readonly long _steps;
    private readonly long _batch;
    private readonly long _size;
    private readonly long _gateSize;
    private readonly Scratch<T> _zeros;

    public RecurrentLayer(RecurrentCell cell, RecurrentTensors tensors)
    {
        (_cell, _tensors) = (cell, tensors);
        (_steps, _batch, _gateSize) = (tensors.Gates.Sizes[0], tensors.Gates.Sizes[1], tensors.Gates.Sizes[2]);
        _size = tensors.Hidden.Sizes[1];
        _gates = new ContiguousData<T>(tensors.Gates);
        _hidden = new ContiguousData<T>(tensors.Hidden);
        _memory = Data(tensors.Memory);
        _bias = Data(tensors.Bias);
        _output = Data(tensors.Output);
        _memories = Data(tensors.Memories);
        _saved = Data(tensors.Saved);
        _outputGradient = Data(tensors.OutputGradient);
        _memoriesGradient = Data(tensors.MemoriesGradient);
        _zeros = Scratch<T>.Zeroed(_gateSize);
    }

    /// <summary>Computes output, memories and what is kept.</summary>
    public void Forward()
    {
        TensorImpl weight = _tensors.Weight;
        using var panels = new TilePanels<T>(
            new StridedSource<T>((T*)weight.Pointer, weight.Layout.Strides[1], weight.Layout.Strides[0]), _size, _gateSize);
        Share((from, count) => Forward(from, count, panels));
    }

    /// <summary>Computes the gradients: of the gates; of the gates' sums over the hidden state if they differ; of the hidden state and memory before the first step.</summary>
    public void Backward(TensorImpl[] gradients)
    {
        TensorImpl weight = _tensors.Weight;
        using var panels = new TilePanels<T>(
            new StridedSource<T>((T*)weight.Pointer, weight.Layout.Strides[0], weight.Layout.Strides[1]), _gateSize, _size);
        T* gates = (T*)gradients[0].Pointer, hiddenGates = _cell.HasHiddenGates ? (T*)gradients[1].Pointer : gates;
        T* hidden = (T*)gradients[_cell.HasHiddenGates ? 2 : 1].Pointer, memory = _cell.HasMemory ? (T*)gradients[2].Pointer : null;
        Share((from, count) => Backward(from, count, panels, gates, hiddenGates, hidden, memory));
    }

    public void Dispose()
    {
        _gates.Dispose();
        _hidden.Dispose();
        _memory.Dispose();
        _bias.Dispose();
        _output.Dispose();
        _memories.Dispose();
        _saved.Dispose();
        _outputGradient.Dispose();
        _memoriesGradient.Dispose();
        _zeros.Dispose();
    }

    private static ContiguousData<T> Data(TensorImpl? tensor) => tensor is null ? default : new ContiguousData<T>(tensor);

    /// <summary>Whole groups of examples a thread: the weights are read from the cache once for all of them.</summary>
    private void Share(Action<long, int> body)
    {
        long threads = _steps * _batch * _size * _gateSize < 65536 ? 1 : WorkerPool.Shared.NumThreads;
        WorkerPool.Shared.For(_batch, Math.Max(1, (_batch + threads - 1) / threads), (from, to) => body(from, (int)(to - from)));
    }

    private long StepAt(long turn) => _tensors.IsReverse ? _steps - 1 - turn : turn;

    /// <summary>The state of an example before a turn.</summary>
    private T* Before(in ContiguousData<T> initial, in ContiguousData<T> states, long turn, long example) =>
        turn == 0 ? initial.Pointer + (example * _size) : At(states.Pointer, StepAt(turn - 1), example, _size);

    private T* At(T* tensor, long step, long example, long width) => tensor + (((step * _batch) + example) * width);

    private void Forward(long first, int count, TilePanels<T> panels)
    {
        PointwiseKernel kernel = _cell.Forward(_tensors.Gates.DType);
        KernelCode code = kernel.CodeFor(0);
        using var sums = new Scratch<T>((long)count * panels.Width);
        void** operands = stackalloc void*[kernel.Operands];
        for (long turn = 0; turn < _steps; turn++)
        {
            long step = StepAt(turn);
            panels.Multiply(Before(_hidden, _output, turn, first), _size, sums.Pointer, panels.Width, count, accumulate: false);
            for (int i = 0; i < count; i++)
            {
                long example = first + i;
                void** next = operands;
                *next++ = At(_output.Pointer, step, example, _size);
                if (_cell.HasMemory)
                {
                    *next++ = At(_memories.Pointer, step, example, _size);
                }

                next = AddParts(next, At(_saved.Pointer, step, example, _cell.Saved * _size), _cell.Saved);
                next = AddParts(next, At(_gates.Pointer, step, example, _gateSize), _cell.Gates);
                next = AddParts(next, sums.Pointer + ((long)i * panels.Width), _cell.Gates);
                next = AddParts(next, _bias.Pointer == null ? _zeros.Pointer : _bias.Pointer, _cell.Gates);
                *next++ = Before(_hidden, _output, turn, example);
                *next = _cell.HasMemory ? Before(_memory, _memories, turn, example) : _zeros.Pointer;
                kernel.RunSegment(code, operands, 0, 0, null, _size, 0);
            }
        }
    }

    private void Backward(long first, int count, TilePanels<T> panels, T* gates, T* hiddenGates, T* hidden, T* memory)
    {
        PointwiseKernel kernel = _cell.Backward(_tensors.Gates.DType);
        KernelCode code = kernel.CodeFor(0);
        using Scratch<T> carried = Scratch<T>.Zeroed((long)count * panels.Width), carriedMemory = Scratch<T>.Zeroed(count * _size);
        void** operands = stackalloc void*[kernel.Operands];
        for (long turn = _steps - 1; turn >= 0; turn--)
        {
            long step = StepAt(turn);
            for (int i = 0; i < count; i++)
            {
                long example = first + i;
                T* carriedHere = carried.Pointer + ((long)i * panels.Width), memoryHere = carriedMemory.Pointer + (i * _size);
                void** next = AddParts(operands, At(gates, step, example, _gateSize), _cell.Gates);
                if (_cell.HasHiddenGates)
                {
                    next = AddParts(next, At(hiddenGates, step, example, _gateSize), _cell.Gates);
                    *next++ = carriedHere;
                }

                if (_cell.HasMemory)
                {
                    *next++ = memoryHere;
                }

                next = AddParts(next, At(_saved.Pointer, step, example, _cell.Saved * _size), _cell.Saved);
                *next++ = At(_output.Pointer, step, example, _size);
                *next++ = Before(_hidden, _output, turn, example);
                *next++ = _cell.HasMemory ? At(_memories.Pointer, step, example, _size) : _zeros.Pointer;
                *next++ = _cell.HasMemory ? Before(_memory, _memories, turn, example) : _zeros.Pointer;
                *next++ = carriedHere;
                *next++ = _outputGradient.Pointer == null ? _zeros.Pointer : At(_outputGradient.Pointer, step, example, _size);
                *next++ = memoryHere;
                *next = _memoriesGradient.Pointer == null ? _zeros.Pointer : At(_memoriesGradient.Pointer, step, example, _size);
                kernel.RunSegment(code, operands, 0, 0, null, _size, 0);
            }

            panels.Multiply(At(hiddenGates, step, first, _gateSize), _gateSize, carried.Pointer, panels.Width, count, _cell.HasHiddenGates);
        }

        for (int i = 0; i < count; i++)
        {
            int size = (int)_size;
            new ReadOnlySpan<T>(carried.Pointer + ((long)i * panels.Width), size).CopyTo(new Span<T>(hidden + ((first + i) * _size), size));
            if (memory != null)
            {
                new ReadOnlySpan<T>(carriedMemory.Pointer + (i * _size), size).CopyTo(new Span<T>(memory + ((first + i) * _size), size));
            }
        }
    }

    /// <summary>Adds the addresses of so many vectors of the hidden size that lie one after another.</summary>
    private void** AddParts(void** next, T* parts, int count)
    {
        for (int i = 0; i < count; i++)
        {
            *next++ = parts + (i * _size);
        }

        return next;
    }
}
