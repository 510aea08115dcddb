namespace TorchSharp.Modules;

/// <summary>Goes through the options of a parameter group in the order of TorchSharp's files, each of which a class of options names once (<see cref="OptimizerOptions.Visit"/>).</summary>
internal abstract class OptionVisitor
{
    public abstract void Visit(ref double? value);

    public abstract void Visit(ref bool? value);

    /// <summary>Writes the options, all of which are set.</summary>
    internal sealed class Writing(BinaryWriter writer) : OptionVisitor
    {
        public override void Visit(ref double? value) => writer.Write(value!.Value);

        public override void Visit(ref bool? value) => writer.Write(value!.Value);
    }

    /// <summary>Reads the options.</summary>
    internal sealed class Reading(BinaryReader reader) : OptionVisitor
    {
        public override void Visit(ref double? value) => value = reader.ReadDouble();

        public override void Visit(ref bool? value) => value = reader.ReadBoolean();
    }

    /// <summary>Notes the options, for <see cref="Giving"/> to other options of the same class.</summary>
    internal sealed class Taking : OptionVisitor
    {
        public Queue<double?> Numbers { get; } = [];

        public Queue<bool?> Flags { get; } = [];

        public override void Visit(ref double? value) => Numbers.Enqueue(value);

        public override void Visit(ref bool? value) => Flags.Enqueue(value);
    }

    /// <summary>Sets the options, or only those that are not set, to what was taken.</summary>
    internal sealed class Giving(Taking taken, bool onlyMissing) : OptionVisitor
    {
        public override void Visit(ref double? value)
        {
            double? other = taken.Numbers.Dequeue();
            value = onlyMissing ? value ?? other : other;
        }

        public override void Visit(ref bool? value)
        {
            bool? other = taken.Flags.Dequeue();
            value = onlyMissing ? value ?? other : other;
        }
    }
}
