using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Borders that repeat a tensor's own elements, and their gradients.</summary>
internal static unsafe class PadModeKernels
{
    private const long ElementsPerTask = 16384;

    /// <summary>_pad_enum(self, pad, mode).</summary>
    public static void Pad(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Forward(call));

    /// <summary>_pad_enum_backward(grad_output, pad, mode, input_size).</summary>
    public static void PadBackward(OpInvocation call) => ElementTypes.ByNumber("_pad_enum_backward", call.Outputs[0].DType, new Backward(call));

    /// <summary>Each row of the result is one of the tensor, widened. Threads share the rows.</summary>
    private readonly struct Forward(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0), result = call.Outputs[0];
            if (result.NumberOfElements == 0)
            {
                return;
            }

            var rows = new Rows(self.Sizes, result.Sizes, call.Ints(0), (PadMode)call.Int(1));
            using var data = new ContiguousData<T>(self);
            T* source = data.Pointer, target = (T*)result.Pointer;
            WorkerPool.Shared.For(rows.Count, Math.Max(1, ElementsPerTask / rows.PaddedLength), (from, to) => Part(source, target, rows, from, to));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Part<T>(T* source, T* target, Rows rows, long from, long to)
            where T : unmanaged
        {
            Span<long> position = stackalloc long[rows.Rank];
            rows.Locate(from, position);
            ReadOnlySpan<long> before = rows.Before, after = rows.After;
            for (long row = from; row < to; row++)
            {
                T* shown = source + rows.Source(position), place = target + (row * rows.PaddedLength);
                foreach (long index in before)
                {
                    *place++ = shown[index];
                }

                PlaneCopy.Row((byte*)shown, (byte*)place, rows.Length * sizeof(T));
                place += rows.Length;
                foreach (long index in after)
                {
                    *place++ = shown[index];
                }

                rows.Next(position);
            }
        }
    }

    /// <summary>Adds the rows of the gradient to those they show, in their order. Threads share what lies before the first padded dimension.</summary>
    private readonly struct Backward(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl grad = call.Input(0), result = call.Outputs[0];
            new Span<byte>((void*)result.Pointer, checked((int)(result.NumberOfElements * sizeof(T)))).Clear();
            if (grad.NumberOfElements == 0)
            {
                return;
            }

            var rows = new Rows(result.Sizes, grad.Sizes, call.Ints(0), (PadMode)call.Int(1));
            using var data = new ContiguousData<T>(grad);
            T* source = data.Pointer, target = (T*)result.Pointer;
            long perGroup = rows.Count / rows.Groups;
            WorkerPool.Shared.For(
                rows.Groups,
                Math.Max(1, ElementsPerTask / (perGroup * rows.PaddedLength)),
                (from, to) => Part(source, target, rows, from * perGroup, to * perGroup));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Part<T>(T* source, T* target, Rows rows, long from, long to)
            where T : unmanaged, INumber<T>
        {
            Span<long> position = stackalloc long[rows.Rank];
            rows.Locate(from, position);
            ReadOnlySpan<long> before = rows.Before, after = rows.After;
            for (long row = from; row < to; row++)
            {
                T* shown = target + rows.Source(position), grad = source + (row * rows.PaddedLength);
                foreach (long index in before)
                {
                    shown[index] += *grad++;
                }

                long i = 0;
                for (; i <= rows.Length - Vector256<T>.Count; i += Vector256<T>.Count)
                {
                    (Vector256.Load(shown + i) + Vector256.Load(grad + i)).Store(shown + i);
                }

                for (; i < rows.Length; i++)
                {
                    shown[i] += grad[i];
                }

                grad += rows.Length;
                foreach (long index in after)
                {
                    shown[index] += *grad++;
                }

                rows.Next(position);
            }
        }
    }

    /// <summary>
    /// The rows of a padded tensor and those they show: along the last dimension if it has a border, else over all dimensions behind the last that has one.
    /// </summary>
    private sealed class Rows
    {
        private readonly long[] _sizes;
        private readonly long[] _strides;
        private readonly long[]?[] _indices;
        private readonly long[] _ofRow = [];
        private readonly int _before;

        public Rows(ReadOnlySpan<long> self, ReadOnlySpan<long> padded, long[] pad, PadMode mode)
        {
            int rank = self.Length, outer = rank;
            _indices = new long[]?[rank];
            for (int d = 0; d < rank; d++)
            {
                int pair = 2 * (rank - 1 - d);
                _indices[d] = pair < pad.Length ? PadRules.SourceIndices(self[d], pad[pair], pad[pair + 1], mode) : null;
            }

            (Length, PaddedLength) = (1, 1);
            if (rank > 0 && _indices[^1] is { } ofRow)
            {
                outer--;
                (_ofRow, _before, Length, PaddedLength) = (ofRow, (int)pad[0], self[^1], padded[^1]);
            }

            while (_ofRow.Length == 0 && outer > 0 && _indices[outer - 1] is null)
            {
                PaddedLength = Length *= self[--outer];
            }

            _sizes = padded[..outer].ToArray();
            _strides = StridedSpace.RowMajorStrides(self, 1)[..outer];
            (Count, Groups) = (1, 1);
            bool isBefore = true;
            for (int d = 0; d < outer; d++)
            {
                isBefore &= _indices[d] is null;
                Count *= _sizes[d];
                Groups *= isBefore ? _sizes[d] : 1;
            }
        }

        public int Rank => _sizes.Length;

        /// <summary>Rows of the padded tensor.</summary>
        public long Count { get; }

        /// <summary>Groups of neighbouring rows that show rows of their own.</summary>
        public long Groups { get; }

        /// <summary>Elements of a row of the tensor, and of the padded one.</summary>
        public long Length { get; }

        public long PaddedLength { get; }

        /// <summary>Which elements of a row show before and after it.</summary>
        public ReadOnlySpan<long> Before => _ofRow.AsSpan(0, _before);

        public ReadOnlySpan<long> After => _ofRow.AsSpan(_ofRow.Length == 0 ? 0 : _before + (int)Length);

        public void Locate(long row, Span<long> position)
        {
            for (int d = _sizes.Length - 1; d >= 0; d--)
            {
                (row, position[d]) = Math.DivRem(row, _sizes[d]);
            }
        }

        /// <summary>Where the row that is shown begins.</summary>
        public long Source(ReadOnlySpan<long> position)
        {
            long offset = 0;
            for (int d = 0; d < position.Length; d++)
            {
                offset += (_indices[d] is { } indices ? indices[position[d]] : position[d]) * _strides[d];
            }

            return offset;
        }

        public void Next(Span<long> position)
        {
            for (int d = _sizes.Length - 1; d >= 0; d--)
            {
                if (++position[d] < _sizes[d])
                {
                    return;
                }

                position[d] = 0;
            }
        }
    }
}
