package tlc2.overrides;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tlc2.value.impl.BoolValue;
import tlc2.value.impl.IntValue;
import tlc2.value.impl.RecordValue;
import tlc2.value.impl.SetEnumValue;
import tlc2.value.impl.StringValue;
import tlc2.value.impl.Value;
import util.UniqueString;

/** One line of a trace (spec/TRACES.md) as a TLA+ record: JSON without nesting, but for a list. */
final class TraceEvent {
  private static final String[] HANDLER = {
    "node", "from", "asks_echo", "asks_ready", "asks_delivered", "turn", "conflict", "echoed",
    "readied", "decided"
  };
  private static final Map<String, String[]> REQUIRED = new HashMap<>();
  private static final Map<String, StringValue> STRINGS = new HashMap<>();
  private static final Map<String, UniqueString> NAMES = new HashMap<>();

  static {
    final String[] withDigest = new String[HANDLER.length + 1];
    System.arraycopy(HANDLER, 0, withDigest, 0, HANDLER.length);
    withDigest[HANDLER.length] = "digest";
    for (String event :
        new String[] {
          "propose", "send", "echo", "ready", "delivered", "pull", "payload", "own_echo", "own_ready"
        }) {
      REQUIRED.put(event, withDigest);
    }
    REQUIRED.put("resume", HANDLER);
    REQUIRED.put("decide", HANDLER);
    REQUIRED.put("deliver", new String[] {"node", "digest", "turn"});
    REQUIRED.put("say", new String[] {"node", "kind", "digest", "at_once"});
    REQUIRED.put("drop", new String[] {"node", "from", "kind", "digest", "why"});
    REQUIRED.put("dup", new String[] {"node", "from", "kind", "digest", "why"});
    REQUIRED.put("crash", new String[] {"node", "echo", "ready", "delivered"});
    REQUIRED.put("restart", new String[] {"node", "echo", "ready", "delivered"});
    REQUIRED.put(
        "reset", new String[] {"run", "instance", "nodes", "origin", "liars", "quorum_policy"});
  }

  private final String text;
  private int next;
  private final List<UniqueString> names = new ArrayList<>(16);
  private final List<Value> values = new ArrayList<>(16);

  private TraceEvent(String text) {
    this.text = text;
  }

  static Value end() {
    return new RecordValue(
        new UniqueString[] {name("event")}, new Value[] {string("end")}, false);
  }

  /** Throws IllegalArgumentException, with what is wrong, where `text` is no event. */
  static Value parse(String text) {
    final TraceEvent event = new TraceEvent(text);
    event.readFields();
    event.check();
    return new RecordValue(
        event.names.toArray(new UniqueString[0]), event.values.toArray(new Value[0]), false);
  }

  private static UniqueString name(String text) {
    return NAMES.computeIfAbsent(text, UniqueString::uniqueStringOf);
  }

  private static StringValue string(String text) {
    final StringValue known = STRINGS.get(text);
    if (known != null) {
      return known;
    }
    final StringValue value = new StringValue(text);
    if (STRINGS.size() < 10_000) {
      STRINGS.put(text, value);
    }
    return value;
  }

  private void check() {
    final Value kind = values.isEmpty() ? null : values.get(0);
    if (kind == null || names.get(0) != name("event") || !(kind instanceof StringValue)) {
      throw new IllegalArgumentException("the first field of an event is \"event\"");
    }
    final String event = ((StringValue) kind).val.toString();
    final String[] required = REQUIRED.get(event);
    if (required == null) {
      throw new IllegalArgumentException(event + ": there is no such event");
    }
    for (String field : required) {
      if (!names.contains(name(field))) {
        throw new IllegalArgumentException(event + ": it lacks the field " + field);
      }
    }
  }

  private void readFields() {
    expect('{');
    do {
      names.add(name(readString()));
      expect(':');
      values.add(readValue());
    } while (accept(','));
    expect('}');
  }

  private Value readValue() {
    final char first = peek();
    if (first == '"') {
      return string(readString());
    }
    if (first == 't' || first == 'f') {
      final String word = first == 't' ? "true" : "false";
      if (!text.startsWith(word, next)) {
        throw wrong("true or false");
      }
      next += word.length();
      return first == 't' ? BoolValue.ValTrue : BoolValue.ValFalse;
    }
    if (first != '[') {
      return readNumber();
    }
    expect('[');
    final List<Value> elements = new ArrayList<>();
    if (peek() != ']') {
      do {
        elements.add(readNumber());
      } while (accept(','));
    }
    expect(']');
    return new SetEnumValue(elements.toArray(new Value[0]), false);
  }

  private IntValue readNumber() {
    final int start = next;
    int number = 0;
    peek();
    while (next < text.length() && Character.isDigit(text.charAt(next)) && next - start < 9) {
      number = number * 10 + (text.charAt(next++) - '0');
    }
    if (next == start) {
      throw wrong("a number");
    }
    return IntValue.gen(number);
  }

  private String readString() {
    expect('"');
    final int end = text.indexOf('"', next);
    if (end < 0) {
      throw wrong("a closing quote");
    }
    final String string = text.substring(next, end);
    next = end + 1;
    return string;
  }

  private char peek() {
    while (next < text.length() && text.charAt(next) == ' ') {
      ++next;
    }
    return next < text.length() ? text.charAt(next) : '\n';
  }

  private boolean accept(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    ++next;
    return true;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw wrong("'" + wanted + "'");
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("column " + (next + 1) + ": " + expected + " expected");
  }
}
