using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The sizes of a tensor's dimensions. Immutable, with structural equality.</summary>
    public readonly struct Size : IEnumerable<long>
    {
        /// <summary>No dimensions: the size of a 0-dimensional tensor.</summary>
        public static Size Empty = new(Array.Empty<long>());

        private readonly long[] _shape;

        public Size(long[] shape) => _shape = [.. shape];

        public Size(IEnumerable<long> shape) => _shape = [.. shape];

        public Size(int[] shape) => _shape = Array.ConvertAll(shape, size => (long)size);

        public Size(long size) => _shape = [size];

        public Size((long, long) size) => _shape = [size.Item1, size.Item2];

        public Size((long, long, long) size) => _shape = [size.Item1, size.Item2, size.Item3];

        public Size((long, long, long, long) size) => _shape = [size.Item1, size.Item2, size.Item3, size.Item4];

        public Size((long, long, long, long, long) size) => _shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];

        public Size((long, long, long, long, long, long) size) =>
            _shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        public Size(int size) => _shape = [size];

        public Size((int, int) size) => _shape = [size.Item1, size.Item2];

        public Size((int, int, int) size) => _shape = [size.Item1, size.Item2, size.Item3];

        public Size((int, int, int, int) size) => _shape = [size.Item1, size.Item2, size.Item3, size.Item4];

        public Size((int, int, int, int, int) size) => _shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5];

        public Size((int, int, int, int, int, int) size) =>
            _shape = [size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6];

        public long[] Shape => _shape ?? [];

        public bool IsEmpty => Shape.Length == 0;

        public bool IsScalar => Shape.Length == 0;

        /// <summary>The number of dimensions.</summary>
        public int Length => Shape.Length;

        public long this[int idx] => Shape[idx];

        public long this[long idx] => Shape[idx];

        public static implicit operator Size(long size) => new(size);

        public static implicit operator Size((long, long) size) => new(size);

        public static implicit operator Size((long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long, long, long) size) => new(size);

        public static implicit operator Size(long[] size) => new(size);

        /// <summary>The sizes of both, one after the other.</summary>
        public static Size operator +(Size left, Size right) => new([.. left.Shape, .. right.Shape]);

        /// <inheritdoc cref="op_Addition(Size, Size)"/>
        public static Size operator +(Size left, IEnumerable<long> right) => new([.. left.Shape, .. right]);

        public static bool operator ==(Size left, Size right) => left.Shape.AsSpan().SequenceEqual(right.Shape);

        public static bool operator !=(Size left, Size right) => !(left == right);

        /// <summary>The sizes from position <paramref name="first"/> up to, not including, <paramref name="next"/>.</summary>
        public Size Slice(int first, int next) => new(Shape[first..next]);

        /// <summary>The first sizes.</summary>
        public IEnumerable<long> Take(int i) => Shape[..i];

        /// <summary>The product of the sizes.</summary>
        public long numel()
        {
            long count = 1;
            foreach (long size in Shape)
            {
                count *= size;
            }

            return count;
        }

        public override bool Equals(object? obj) => obj is Size other && this == other;

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (long size in Shape)
            {
                hash.Add(size);
            }

            return hash.ToHashCode();
        }

        public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shape).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
