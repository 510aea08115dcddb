using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Terra.Runtime.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A stream of random numbers: a seed and a position, from which each random op takes its numbers (Philox4x32-10) in program order.
    /// </summary>
    public class Generator : IDisposable
    {
        /// <summary>PyTorch's seed for a generator nobody seeded.</summary>
        private const ulong DefaultSeed = 67280421310721;

        private const int StateBytes = 2 * sizeof(ulong);

        private readonly PhiloxGenerator _philox;

        public Generator(ulong seed = 0, Device? device = null)
        {
            RequireCpu(device);
            this.device = device ?? CPU;
            _philox = new PhiloxGenerator(seed);
        }

        /// <summary>The generator of ops that are given none; one per process.</summary>
        public static Generator Default { get; } = new(DefaultSeed);

        public Device device { get; }

        /// <summary>Starts the stream of this seed from its beginning.</summary>
        public Generator manual_seed(long seed)
        {
            _philox.State = new PhiloxState((ulong)seed, 0);
            return this;
        }

        /// <summary>Starts the stream of a seed that is different every time, and returns the seed.</summary>
        public long seed()
        {
            long fresh = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
            manual_seed(fresh);
            return fresh;
        }

        /// <summary>The seed of the current stream.</summary>
        public long initial_seed() => (long)_philox.State.Seed;

        /// <summary>Seed and position as a uint8 tensor, for <see cref="set_state"/>.</summary>
        public Tensor get_state()
        {
            PhiloxState state = _philox.State;
            Span<byte> bytes = stackalloc byte[StateBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, state.Seed);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[sizeof(ulong)..], state.Offset);
            return FromElements<byte>(bytes, [StateBytes], null, null, false, null);
        }

        /// <summary>Goes to the seed and position that <see cref="get_state"/> gave.</summary>
        /// <exception cref="ExternalException">The tensor is not such a state.</exception>
        public void set_state(Tensor value)
        {
            if (value.dtype != ScalarType.Byte || value.numel() != StateBytes)
            {
                throw ShapeErrors.Error($"a generator's state is a uint8 tensor of {StateBytes} elements, as get_state gives it");
            }

            using Tensor packed = value.contiguous();
            Span<byte> bytes = packed.bytes;
            _philox.State = new PhiloxState(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[sizeof(ulong)..]));
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
        }

        /// <summary>The stream itself, for ops that say only later how many numbers they take.</summary>
        internal PhiloxGenerator Philox => _philox;

        /// <summary>Takes the numbers for one op over this many elements.</summary>
        internal PhiloxState Reserve(long elements) => _philox.Reserve(elements);
    }
}
