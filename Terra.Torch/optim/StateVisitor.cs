using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Goes through what an optimizer keeps for a parameter in the order of TorchSharp's files; a class of states names its parts once (<see cref="OptimizerState.Visit"/>).</summary>
internal abstract class StateVisitor
{
    public abstract void Visit(ref long value);

    public abstract void Visit(ref double value);

    public abstract void Visit(ref Tensor tensor);

    /// <summary>A tensor that options may leave out.</summary>
    public abstract void VisitOptional(ref Tensor? tensor);

    internal sealed class Writing(BinaryWriter writer) : StateVisitor
    {
        public override void Visit(ref long value) => writer.Write(value);

        public override void Visit(ref double value) => writer.Write(value);

        public override void Visit(ref Tensor tensor) => tensor.Save(writer);

        public override void VisitOptional(ref Tensor? tensor) => OptimizerState.Write(writer, tensor);
    }

    internal sealed class Reading(BinaryReader reader) : StateVisitor
    {
        public override void Visit(ref long value) => value = reader.ReadInt64();

        public override void Visit(ref double value) => value = reader.ReadDouble();

        public override void Visit(ref Tensor tensor) => tensor.Load(reader);

        public override void VisitOptional(ref Tensor? tensor) => OptimizerState.Read(reader, ref tensor);
    }

    internal sealed class Disposing : StateVisitor
    {
        public override void Visit(ref long value)
        {
        }

        public override void Visit(ref double value)
        {
        }

        public override void Visit(ref Tensor tensor) => tensor?.Dispose();

        public override void VisitOptional(ref Tensor? tensor) => tensor?.Dispose();
    }

    /// <summary>Notes the parts, for <see cref="Giving"/> copies to another state of the same class, or for <see cref="Comparing"/>.</summary>
    internal sealed class Taking : StateVisitor
    {
        public Queue<double> Numbers { get; } = [];

        public Queue<Tensor?> Tensors { get; } = [];

        public override void Visit(ref long value) => Numbers.Enqueue(value);

        public override void Visit(ref double value) => Numbers.Enqueue(value);

        public override void Visit(ref Tensor tensor) => Tensors.Enqueue(tensor);

        public override void VisitOptional(ref Tensor? tensor) => Tensors.Enqueue(tensor);
    }

    /// <summary>Replaces the parts by what was taken, tensors by copies.</summary>
    internal sealed class Giving(Taking taken) : StateVisitor
    {
        public override void Visit(ref long value) => value = (long)taken.Numbers.Dequeue();

        public override void Visit(ref double value) => value = taken.Numbers.Dequeue();

        public override void Visit(ref Tensor tensor) => tensor = CopyOf(taken.Tensors.Dequeue(), tensor)!;

        public override void VisitOptional(ref Tensor? tensor) => tensor = CopyOf(taken.Tensors.Dequeue(), tensor);

        private static Tensor? CopyOf(Tensor? source, Tensor? replaced)
        {
            if (ReferenceEquals(source, replaced))
            {
                return source;
            }

            replaced?.Dispose();
            using (no_grad())
            {
                return source?.clone().DetachFromDisposeScope();
            }
        }
    }

    /// <summary>Whether the parts are nearly what was taken.</summary>
    internal sealed class Comparing(Taking taken) : StateVisitor
    {
        public bool AreEqual { get; private set; } = true;

        public override void Visit(ref long value) => AreEqual &= value == taken.Numbers.Dequeue();

        public override void Visit(ref double value) => AreEqual &= value == taken.Numbers.Dequeue();

        public override void Visit(ref Tensor tensor) => Compare(tensor, taken.Tensors.Dequeue());

        public override void VisitOptional(ref Tensor? tensor) => Compare(tensor, taken.Tensors.Dequeue());

        private void Compare(Tensor? tensor, Tensor? other) =>
            AreEqual &= tensor is null || other is null ? ReferenceEquals(tensor, other) : tensor.allclose(other);
    }
}
