using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Tensors with a border around them.</summary>
internal static unsafe class PadKernels
{
    /// <summary>constant_pad_nd(self, pad, value): pairs of (before, after), the last dimension's first; negative ones crop.</summary>
    public static void Constant(OpInvocation call)
    {
        TensorImpl self = call.Input(0), result = call.Outputs[0];
        var frame = new Frame(self.Sizes, result.Sizes, call.Ints(0));
        if (frame.CropsOnly)
        {
            int size = result.DType.SizeInBytes();
            long[] strides = StridedSpace.InBytes(self.Layout.Strides, size);
            TensorCopy.Run(
                result.Sizes, (byte*)self.Pointer + frame.FirstKept(strides), strides, (byte*)result.Pointer, StridedSpace.RowMajorStrides(result.Sizes, size), size);
        }
        else
        {
            ElementTypes.BySize(result.DType, new Fill(self, result, frame, ElementTypes.ToBits(call.Scalar(1), result.DType)));
        }
    }

    /// <summary>Which part of a tensor shows in a padded one, and where.</summary>
    private sealed class Frame
    {
        /// <summary>Elements of each dimension that are left out, then come before, then are kept.</summary>
        public readonly long[] Skipped;
        public readonly long[] Start;
        public readonly long[] Inside;

        public Frame(ReadOnlySpan<long> self, ReadOnlySpan<long> result, long[] pad)
        {
            int rank = self.Length;
            (Skipped, Start, Inside) = (new long[rank], new long[rank], new long[rank]);
            for (int d = 0; d < rank; d++)
            {
                int pair = 2 * (rank - 1 - d);
                long before = pair < pad.Length ? pad[pair] : 0;
                Skipped[d] = Math.Max(-before, 0);
                Start[d] = Math.Clamp(before, 0, result[d]);
                Inside[d] = Math.Max(0, Math.Min(self[d] - Skipped[d], result[d] - Start[d]));
            }

            CropsOnly = Inside.AsSpan().SequenceEqual(result);
            IsEmpty = Inside.AsSpan().Contains(0);
        }

        public bool CropsOnly { get; }

        /// <summary>Nothing is kept.</summary>
        public bool IsEmpty { get; }

        /// <summary>From the tensor's first element to the first one that is kept.</summary>
        public long FirstKept(long[] strides)
        {
            long offset = 0;
            for (int d = 0; d < strides.Length; d++)
            {
                offset += Skipped[d] * strides[d];
            }

            return offset;
        }
    }

    /// <summary>
    /// Writes the result once from its first element to its last: the rows that are kept, each after what lies between it and the one before. Threads share the rows.
    /// </summary>
    private readonly struct Fill(TensorImpl self, TensorImpl result, Frame frame, long value) : IElementKernel
    {
        private const long ElementsPerTask = 16384;

        public void Run<T>()
            where T : unmanaged
        {
            long total = result.NumberOfElements, bits = value;
            T element = *(T*)&bits;
            var target = (T*)result.Pointer;
            if (frame.IsEmpty)
            {
                TensorCopy.Run([total], (byte*)&bits, [0], (byte*)target, [sizeof(T)], sizeof(T));
                return;
            }

            using var data = new ContiguousData<T>(self);
            T* source = data.Pointer;
            var rows = new Rows(self.Sizes, result.Sizes, frame);
            WorkerPool.Shared.For(rows.Count, Math.Max(1, ElementsPerTask / rows.Length), (from, to) => Part(source, target, rows, from, to, total, element));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Part<T>(T* source, T* target, Rows rows, long from, long to, long total, T value)
            where T : unmanaged
        {
            Span<long> position = stackalloc long[rows.Rank];
            long done = from == 0 ? 0 : rows.Locate(from - 1, position).Target + rows.Length;
            (long at, long place) = rows.Locate(from, position);
            for (long row = from; row < to; row++)
            {
                Constant(target, done, place, value);
                PlaneCopy.Row((byte*)(source + at), (byte*)(target + place), rows.Length * sizeof(T));
                done = place + rows.Length;
                rows.Next(position, ref at, ref place);
            }

            if (to == rows.Count)
            {
                Constant(target, done, total, value);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Constant<T>(T* target, long from, long to, T value)
            where T : unmanaged
        {
            long count = to - from;
            if (count > 2 * Vector128<T>.Count)
            {
                StridedCopy.Fill(value, target + from, count);
            }
            else if (count >= Vector128<T>.Count)
            {
                Vector128<T> all = Vector128.Create(value);
                all.Store(target + from);
                all.Store(target + to - Vector128<T>.Count);
            }
            else
            {
                for (long i = from; i < to; i++)
                {
                    target[i] = value;
                }
            }
        }
    }

    /// <summary>The rows that are kept, up to the last dimension that has a border: where each lies in the tensor, which is row-major, and in the result.</summary>
    private sealed class Rows
    {
        private readonly long[] _sizes;
        private readonly long[] _sourceSteps;
        private readonly long[] _targetSteps;
        private readonly long _source;
        private readonly long _target;

        public Rows(ReadOnlySpan<long> self, ReadOnlySpan<long> result, Frame frame)
        {
            int last = self.Length - 1;
            while (self[last] == result[last] && frame.Inside[last] == self[last])
            {
                last--;
            }

            long[] sourceStrides = StridedSpace.RowMajorStrides(self, 1), targetStrides = StridedSpace.RowMajorStrides(result, 1);
            _sizes = frame.Inside[..last];
            (_sourceSteps, _targetSteps) = (sourceStrides[..last], targetStrides[..last]);
            Length = frame.Inside[last] * sourceStrides[last];
            Count = 1;
            for (int d = 0; d <= last; d++)
            {
                _source += frame.Skipped[d] * sourceStrides[d];
                _target += frame.Start[d] * targetStrides[d];
                Count *= d < last ? _sizes[d] : 1;
            }
        }

        public int Rank => _sizes.Length;

        public long Count { get; }

        /// <summary>Elements of a row.</summary>
        public long Length { get; }

        public (long Source, long Target) Locate(long row, Span<long> position)
        {
            (long source, long target) = (_source, _target);
            for (int d = _sizes.Length - 1; d >= 0; d--)
            {
                (row, position[d]) = Math.DivRem(row, _sizes[d]);
                source += position[d] * _sourceSteps[d];
                target += position[d] * _targetSteps[d];
            }

            return (source, target);
        }

        public void Next(Span<long> position, ref long source, ref long target)
        {
            for (int d = _sizes.Length - 1; d >= 0; d--)
            {
                source += _sourceSteps[d];
                target += _targetSteps[d];
                if (++position[d] < _sizes[d])
                {
                    return;
                }

                source -= _sizes[d] * _sourceSteps[d];
                target -= _sizes[d] * _targetSteps[d];
                position[d] = 0;
            }
        }
    }
}
